namespace LoraMesh.EndToEndTests.Fixtures;

/// <summary>A running suite whose project <see cref="Project"/> was trained on sample tickets and promoted.</summary>
public sealed class TrainedSuite : IAsyncLifetime
{
    /// <summary>The project, and so the model name.</summary>
    public const string Project = "tickets";

    /// <summary>Name of the base model.</summary>
    public const string BaseModel = "loramesh-tiny";

    private RunningSuite? _suite;

    /// <summary>Folder of the suite and of what tests drop into it.</summary>
    public TestFolder Folder { get; } = new();

    /// <summary>The suite.</summary>
    public RunningSuite Suite => _suite ?? throw new InvalidOperationException("The fixture was not started.");

    /// <summary>The files that it was trained on.</summary>
    public IReadOnlyList<string> Files { get; private set; } = [];

    /// <summary>How <c>drop --wait</c> ended.</summary>
    public CommandOutcome Trained { get; private set; } = new(-1, [], []);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Files = Folder.WriteTickets(rows: 200, Configs.Quick);
        _suite = await RunningSuite.StartAsync(Folder.Data);
        Trained = await _suite.DropAndWaitAsync(Project, [.. Files]);
        Assert.True(Trained.ExitCode == 0, $"{Trained.Everything}\n{_suite.Everything}");
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_suite is not null)
        {
            await _suite.DisposeAsync();
        }

        Folder.Dispose();
    }
}
