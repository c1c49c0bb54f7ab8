namespace LoraMesh.Client;

/// <summary>No suite answers at the address, or it is only just starting; trying again may help.</summary>
public sealed class SuiteUnreachableException(Uri address, string problem, Exception? cause = null)
    : SuiteException("suite_unreachable", $"No LoraMesh suite answers at {address} ({problem}). Start one with 'loramesh up', or name another with --url or LORAMESH_URL.", cause)
{
    /// <summary>What went wrong, in a few words.</summary>
    public string Problem { get; } = problem;
}
