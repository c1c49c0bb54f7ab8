namespace LoraMesh.Contracts;

/// <summary>The buckets of the blob store and the keys of what lies in them.</summary>
public static class Buckets
{
    /// <summary>Where people drop data: <c>&lt;project&gt;/**</c>.</summary>
    public const string Inbox = "lm-inbox";

    /// <summary>Base models as Hugging Face folders: <c>&lt;name&gt;/</c>.</summary>
    public const string Models = "lm-models";

    /// <summary>Prepared data: <c>&lt;project&gt;/&lt;datasetId&gt;/</c>.</summary>
    public const string Datasets = "lm-datasets";

    /// <summary>Working state of runs: leases, checkpoints, metrics.</summary>
    public const string Runs = "lm-runs";

    /// <summary>Adapters: <c>&lt;project&gt;/&lt;adapterId&gt;/</c> and <c>&lt;project&gt;/aliases/</c>.</summary>
    public const string Adapters = "lm-adapters";

    /// <summary>Refused inputs with their reports.</summary>
    public const string Quarantine = "lm-quarantine";

    /// <summary>Hashes of API keys: <c>keys/</c>.</summary>
    public const string Access = "lm-access";

    /// <summary>Files of requests that are answered together, and their answers: <c>files/</c>, <c>batches/</c>.</summary>
    public const string Batches = "lm-batches";

    /// <summary>Every bucket, in the order in which they are made.</summary>
    public static IReadOnlyList<string> All { get; } = [Inbox, Models, Datasets, Runs, Adapters, Quarantine, Access, Batches];
}
