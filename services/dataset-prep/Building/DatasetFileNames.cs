using System.Globalization;
using System.Text.RegularExpressions;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>The names of a dataset's files.</summary>
public static partial class DatasetFileNames
{
    /// <summary>The manifest, written last.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>What was found in the drops.</summary>
    public const string Report = "report.json";

    /// <summary>The same for people.</summary>
    public const string ReportPage = "report.html";

    /// <summary>The refused rows.</summary>
    public const string Rejected = "rejected.jsonl";

    /// <summary>Stem of the training split's files.</summary>
    public const string Train = "train";

    /// <summary>Stem of the held-out split's files.</summary>
    public const string Test = "test";

    /// <summary>Folder for what is being worked on; gone when a dataset is built.</summary>
    public const string Scratch = ".prep-scratch";

    /// <summary>A split's token shard: <c>train.safetensors</c>, <c>train-00002.safetensors</c> and so on.</summary>
    /// <param name="split">The split's stem.</param>
    /// <param name="index">From 0.</param>
    public static string Shard(string split, int index) =>
        index == 0 ? split + ".safetensors" : string.Create(CultureInfo.InvariantCulture, $"{split}-{index + 1:D5}.safetensors");

    /// <summary>The canonical rows of a regression set: <c>regression-00001.jsonl</c> and so on.</summary>
    /// <param name="index">From 0, in the order of the files.</param>
    public static string RegressionSet(int index) => string.Create(CultureInfo.InvariantCulture, $"regression-{index + 1:D5}.jsonl");

    /// <summary>Whether a dataset folder may hold a file of that name.</summary>
    public static bool IsOne(string name) => Pattern().IsMatch(name);

    [GeneratedRegex(@"^(manifest\.json|report\.json|report\.html|rejected\.jsonl|regression-\d{5,}\.jsonl|(train|test)(\.jsonl|(-\d{5,})?\.safetensors))\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
