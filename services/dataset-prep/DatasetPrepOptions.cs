using System.ComponentModel.DataAnnotations;

namespace LoraMesh.DatasetPrep;

/// <summary>Settings of dataset-prep.</summary>
public sealed class DatasetPrepOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "DatasetPrep";

    /// <summary>Folder in which datasets are built before they are stored; made if need be. May be shared by several processes.</summary>
    [Required(AllowEmptyStrings = false)]
    public string ScratchFolder { get; set; } = Path.Combine(Path.GetTempPath(), "loramesh-prep");

    /// <summary>Classifier of toxic texts: a web address that is asked by POST, or a program and its arguments, apart by spaces, that is asked by lines; null for none.</summary>
    public string? ToxicityHook { get; set; }

    /// <summary>How long the classifier may take for one request of at most 32 texts: 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ToxicityTimeLimit { get; set; } = TimeSpan.FromSeconds(30);
}
