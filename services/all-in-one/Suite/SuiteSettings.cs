namespace LoraMesh.AllInOne.Suite;

/// <summary>What <c>up</c> and <c>demo</c> set for the suite in this process.</summary>
public sealed record SuiteSettings
{
    /// <summary>Folder of blobs, registry and logs.</summary>
    public required string Data { get; init; }

    /// <summary>Addresses to listen at, separated by semicolons; port 0 takes a free one.</summary>
    public required string Urls { get; init; }

    /// <summary>How long a project's inbox must be quiet before a run starts; null leaves it to the configuration.</summary>
    public TimeSpan? QuietPeriod { get; init; }

    /// <summary>Takes the lines for people.</summary>
    public required Action<string> Terminal { get; init; }

    /// <summary>Lowest level of log lines that go to <see cref="Terminal"/>.</summary>
    public required LogLevel TerminalLevel { get; init; }

    /// <summary>Whether changes of stage go to <see cref="Terminal"/> whatever the level.</summary>
    public bool TellStages { get; init; }
}
