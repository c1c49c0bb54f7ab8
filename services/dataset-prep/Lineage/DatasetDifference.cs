using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Lineage;

/// <summary>What is different between two versions of a dataset.</summary>
public sealed record DatasetDifference
{
    /// <summary>Id of the one.</summary>
    public required string Before { get; init; }

    /// <summary>Id of the other.</summary>
    public required string After { get; init; }

    /// <summary>Whether both have the same id: then nothing is different.</summary>
    public bool Same => Before == After;

    /// <summary>Keys of inputs that only the other has.</summary>
    public required IReadOnlyList<string> InputsAdded { get; init; }

    /// <summary>Keys of inputs that only the one has.</summary>
    public required IReadOnlyList<string> InputsRemoved { get; init; }

    /// <summary>Keys of inputs that have other bytes.</summary>
    public required IReadOnlyList<string> InputsChanged { get; init; }

    /// <summary>Settings, model and version of preparation with another value.</summary>
    public required IReadOnlyList<ChangedSetting> Settings { get; init; }

    /// <summary>The rows of both.</summary>
    public required RowDifference Rows { get; init; }

    /// <summary>Rows left out, by stage and reason such as <c>read/not_json</c>, where the numbers differ.</summary>
    public required IReadOnlyList<ChangedCount> Dropped { get; init; }

    /// <summary>Problems by kind where the numbers differ.</summary>
    public required IReadOnlyList<ChangedCount> Problems { get; init; }
}

/// <summary>A setting with two values.</summary>
/// <param name="Path">Its key, dots between parts.</param>
/// <param name="Before">Its value as JSON; null where it was not there.</param>
/// <param name="After">The same of the other.</param>
public sealed record ChangedSetting(string Path, string? Before, string? After);

/// <summary>A number that changed.</summary>
/// <param name="Name">What is counted.</param>
/// <param name="Before">How many there were.</param>
/// <param name="After">How many there are.</param>
public sealed record ChangedCount(string Name, long Before, long After);

/// <summary>Rows of two versions, told apart by their ids.</summary>
public sealed record RowDifference
{
    /// <summary>Rows in both.</summary>
    public required long Kept { get; init; }

    /// <summary>Rows that only the other has.</summary>
    public required long Added { get; init; }

    /// <summary>Rows that only the one has.</summary>
    public required long Removed { get; init; }

    /// <summary>Rows that were trained on and are held out now.</summary>
    public required long ToTest { get; init; }

    /// <summary>Rows that were held out and are trained on now: the one's figures say nothing of them any more.</summary>
    public required long ToTrain { get; init; }

    /// <summary>Some of the rows that were added.</summary>
    public required IReadOnlyList<RowOrigin> AddedRows { get; init; }

    /// <summary>Some of the rows that were removed.</summary>
    public required IReadOnlyList<RowOrigin> RemovedRows { get; init; }
}
