namespace LoraMesh.UnitTests.DatasetPrep.Corpus;

/// <summary>A file of data with faults planted among sound rows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Faults">Everything that is wrong with it.</param>
/// <param name="SoundLines">Lines at which sound rows begin.</param>
internal sealed record BrokenFile(string Name, byte[] Content, IReadOnlyList<PlantedFault> Faults, IReadOnlyList<int> SoundLines)
{
    /// <summary>What a symbolic link of that name leads to; null for a file.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>Whether more rows than these may be read, as where a file breaks off.</summary>
    public bool HasMore { get; init; }

    public override string ToString() => Name;
}

/// <summary>A fault and how it must be told.</summary>
/// <param name="Line">1-based line, of Parquet the row; 0 where the file is meant.</param>
/// <param name="Kind">The kind of problem.</param>
/// <param name="Path">JSON path or column.</param>
/// <param name="Found">Part of what the report must show.</param>
internal sealed record PlantedFault(int Line, string Kind, string Path, string Found);
