namespace LoraMesh.DatasetPrep.Cleaning.Toxicity;

/// <summary>Which classifier the operator runs. Its answers become part of the data: the same rows give the same bytes only if they get the same scores.</summary>
public sealed record ToxicitySettings
{
    /// <summary>Reads what the operator wrote; null where it is empty.</summary>
    /// <param name="hook">A web address, or a program and its arguments, apart by spaces.</param>
    /// <param name="timeLimit">How long one request of at most 32 texts may take; null for 30 seconds.</param>
    public static ToxicitySettings? Read(string? hook, TimeSpan? timeLimit = null) => string.IsNullOrWhiteSpace(hook) ? null : new ToxicitySettings
    {
        Hook = hook.Trim(),
        TimeLimit = timeLimit ?? TimeSpan.FromSeconds(30),
    };

    /// <summary>As the operator wrote it.</summary>
    public required string Hook { get; init; }

    /// <summary>How long one request may take.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The address; null where the hook is a program.</summary>
    internal Uri? Address => Uri.TryCreate(Hook, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;

    /// <summary>The program and its arguments.</summary>
    internal string[] Command => Hook.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>How reports and errors call it: without what may be secret.</summary>
    internal string Name => Address is { } address ? $"{address.Scheme}://{address.Authority}{address.AbsolutePath}" : Path.GetFileName(Command[0]);
}
