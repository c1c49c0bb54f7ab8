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
}
