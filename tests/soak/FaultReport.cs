namespace LoraMesh.Soak;

/// <summary>What came of a soak.</summary>
public sealed record FaultReport
{
    /// <summary>Files dropped.</summary>
    public required int Drops { get; init; }

    /// <summary>Kills by what was killed.</summary>
    public required IReadOnlyDictionary<string, int> Kills { get; init; }

    /// <summary>Runs by state.</summary>
    public required IReadOnlyDictionary<string, int> Runs { get; init; }

    /// <summary>Runs of which a stage was issued more than once at the end.</summary>
    public required int Retried { get; init; }

    /// <summary>Adapters whose every file was read and hashed.</summary>
    public required int Adapters { get; init; }

    /// <summary>Adapters compared byte for byte with those of a run that nothing disturbed.</summary>
    public required int Compared { get; init; }

    /// <summary>Seconds in which drops and kills went on.</summary>
    public required double SecondsOfFaults { get; init; }

    /// <summary>Seconds from the last kill to the end of the last run.</summary>
    public required double SecondsToDrain { get; init; }

    /// <summary>What did not hold; empty where all did.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
