namespace LoraMesh.DatasetPrep.Building;

/// <summary>The names of a dataset's files.</summary>
public static class DatasetFileNames
{
    /// <summary>The manifest, written last.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>What was found in the drops.</summary>
    public const string Report = "report.json";

    /// <summary>The refused rows.</summary>
    public const string Rejected = "rejected.jsonl";

    /// <summary>Stem of the training split's two files.</summary>
    public const string Train = "train";

    /// <summary>Stem of the held-out split's two files.</summary>
    public const string Test = "test";

    /// <summary>Every file that a dataset folder may hold.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Manifest, Report, Rejected, Train + ".jsonl", Train + ".safetensors", Test + ".jsonl", Test + ".safetensors"];
}
