using LoraMesh.Contracts;
using LoraMesh.Control.Outbox;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.UnitTests.Control.Registry;
using LoraMesh.UnitTests.Storage;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.UnitTests.Control.Pipeline;

/// <summary>
/// A bus that doubles, delays and reorders, workers that answer twice, and a control that dies between its
/// transaction and its publishing, or between that and its note of it: on every database a run leaves the same rows.
/// </summary>
public abstract class DeliveryContract : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>How many random deliveries are tried.</summary>
    protected abstract int Deliveries { get; }

    /// <summary>Opens control on the test's own database; the same one each time.</summary>
    private protected abstract ControlHarness Open(string folder);

    [DatabaseFact]
    public async Task Run_UnderAnyDelivery_LeavesTheSameRows()
    {
        using var cell = new Cell(() => Open(_folder.Path));
        var undisturbed = await DeliverAsync(cell, "calm", null);

        for (var seed = 0; seed < Deliveries; seed++)
        {
            var rows = await DeliverAsync(cell, $"p{seed}", new Random(seed));

            Assert.True(undisturbed == rows, $"seed {seed}:\n{rows}\nexpected:\n{undisturbed}");
        }
    }

    [DatabaseFact]
    public async Task Message_DeliveredToManyAtOnce_CountsOnce()
    {
        using var control = Open(_folder.Path);
        var run = await control.StartRunAsync("many");
        var id = Guid.NewGuid();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => control.ApplyAsync(run.Run, Sample.Prepared(run.Run), id))));

        Assert.Single(answers, answer => answer is { Ignored: null });
        Assert.Single(await control.WaitingAsync<TrainAdapter>());
    }

    /// <summary>Takes one run of a project from its drop to its end.</summary>
    /// <returns>The rows that it left, without times and ids.</returns>
    private static async Task<string> DeliverAsync(Cell cell, string project, Random? random)
    {
        var runId = (await cell.Control.StartRunAsync(project)).Run;
        var flying = new List<(object Message, Guid Id)>();
        for (var step = 0; (await cell.Control.RunAsync(runId)).State is var state && !RunStates.IsTerminal(state); step++)
        {
            Assert.True(step < 1000, $"The run of {project} does not end; it is {state}.");
            if (random?.Next(12) == 0)
            {
                // Dies after a commit: what it had not published waits in the outbox.
                cell.Restart();
            }

            flying.AddRange(await PublishAsync(cell.Control, project, runId, random));
            if (flying.Count == 0 || random?.Next(10) == 0)
            {
                // The watch: a command that nobody holds is issued again.
                await cell.Control.ApplyAsync(runId, new CommandUnanswered($"{runId}-{Stage(state)}"));
                continue;
            }

            var index = random?.Next(flying.Count) ?? 0;
            await cell.Control.ApplyAsync(runId, flying[index].Message, flying[index].Id);
            if (random is null || random.Next(3) > 0)
            {
                flying.RemoveAt(index);
            }
        }

        foreach (var (message, id) in flying)
        {
            await cell.Control.ApplyAsync(runId, message, id);
        }

        return await RowsAsync(cell.Control, project, runId);
    }

    // What the dispatcher does, with workers that answer at once: publishes, then notes it, unless control dies in between.
    private static async Task<List<(object Message, Guid Id)>> PublishAsync(ControlHarness control, string project, string runId, Random? random)
    {
        var answers = new List<(object, Guid)>();
        foreach (var row in (await control.OutboxAsync()).Where(row => row.Lane == project))
        {
            if (random?.Next(5) == 0)
            {
                break;
            }

            if (row.Kind == OutboxRow.Publish && await AnswerAsync(control, project, runId, OutboxMessages.Read(row.Target, row.Body)) is { } answer)
            {
                // Two workers may both have done the job: two answers with ids of their own.
                answers.AddRange(Enumerable.Range(0, random?.Next(1, 3) ?? 1).Select(_ => (answer, Guid.NewGuid())));
            }

            if (random?.Next(5) != 0)
            {
                await control.SentAsync(sent => sent.Id == row.Id);
            }
        }

        return answers;
    }

    private static async Task<object?> AnswerAsync(ControlHarness control, string project, string runId, object command) => command switch
    {
        PrepareDataset => Sample.Prepared(runId),
        TrainAdapter => await control.TrainedAsync(project, runId),
        EvaluateAdapter => Sample.Evaluated(runId, promote: true),
        AdapterPromoted promoted => Sample.Deployed(project, promoted.Version),
        _ => null,
    };

    private static async Task<string> RowsAsync(ControlHarness control, string project, string runId)
    {
        var rows = await control.Registry.ReadAsync(async context => new
        {
            Run = TransitionWriter.Read(await context.Runs.SingleAsync(row => row.RunId == runId)),
            Runs = await context.Runs.CountAsync(row => row.Project == project),
            Drops = await context.Drops.CountAsync(row => row.Project == project && row.RunId == runId),
            Versions = await context.Versions.Where(row => row.Project == project).Select(row => row.Version).ToListAsync(),
            Aliases = await context.Aliases.Where(row => row.Project == project).Select(row => row.Name).ToListAsync(),
            Datasets = await context.Datasets.CountAsync(row => row.Project == project),
            Jobs = await context.Jobs.Where(row => row.RunId == runId && row.ClosedAt != null).Select(row => row.Stage).Order().ToListAsync(),
            Audit = await context.Audit.Where(row => row.RunId == runId && row.What != "job_reissued").OrderBy(row => row.Id).Select(row => row.What).ToListAsync(),
            Blobs = await context.Outbox.Where(row => row.Lane == project && row.Kind == OutboxRow.Put).Select(row => row.Target).ToListAsync(),
            Commands = await context.Outbox.Where(row => row.Lane == project && row.Kind == OutboxRow.Publish).Select(row => row.Target).Distinct().ToListAsync(),
        });
        var text = $"""
            {rows.Run.State}, version {rows.Run.Version}, attempt {rows.Run.Attempt}, {rows.Run.Reason}, {rows.Run.Dataset!.TrainRows} rows, {rows.Run.Trained!.AdapterId}
            runs {rows.Runs}, drops {rows.Drops}, datasets {rows.Datasets}, versions {string.Join(' ', rows.Versions)}, aliases {string.Join(' ', rows.Aliases)}
            jobs {string.Join(' ', rows.Jobs)}
            audit {string.Join(' ', rows.Audit)}
            outbox {string.Join(' ', rows.Blobs.Order(StringComparer.Ordinal))}; {string.Join(' ', rows.Commands.Order(StringComparer.Ordinal))}
            """;
        return text.Replace(runId, "RUN", StringComparison.Ordinal).Replace($"{project}/", "PROJECT/", StringComparison.Ordinal);
    }

    private static string Stage(string state) => state switch
    {
        RunStates.Preparing => "prepare",
        RunStates.Training => "train",
        RunStates.Evaluating => "evaluate",
        _ => "deploy",
    };

    /// <summary>Control as one process after another.</summary>
    private sealed class Cell(Func<ControlHarness> open) : IDisposable
    {
        public ControlHarness Control { get; private set; } = open();

        public void Restart()
        {
            Control.Dispose();
            Control = open();
        }

        public void Dispose() => Control.Dispose();
    }
}
