using System.Runtime.CompilerServices;
using LoraMesh.Control.Registry;

namespace LoraMesh.AllInOne.Doctor;

/// <summary>Whether control's database can be opened, and whether this program and its tables fit each other.</summary>
internal sealed class DatabaseExamination(DatabaseOptions options, string sqliteFile) : IExamination
{
    public string Name => "database";

    public string Advice => "Are Database:Host, Database:Port, Database:Name and the credentials right, is the server up, and does the database exist?";

    public async IAsyncEnumerable<Finding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var state = await RegistryProbe.LookAsync(options, sqliteFile, cancellationToken);
        yield return state switch
        {
            { Exists: false } => new Finding(Name, Verdict.Ok, $"{state.Where} does not exist yet; control makes it when it starts."),
            { Newer.Count: > 0 } => new Finding(Name, Verdict.Problem, $"{state.Where} was changed by a newer program ({string.Join(", ", state.Newer)}).", "Run the newer program, or restore a backup from before its first start."),
            { Pending.Count: > 0 } => new Finding(Name, Verdict.Warning, $"{state.Where} ({state.Server}) lacks {state.Pending.Count} changes of its tables.", "Control makes them when it starts. Back the database up first."),
            _ => new Finding(Name, Verdict.Ok, $"{state.Where} ({state.Server}) is up to date."),
        };
    }
}
