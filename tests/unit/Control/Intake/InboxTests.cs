using LoraMesh.Contracts;
using LoraMesh.Control.Intake;
using LoraMesh.Control.Pipeline;
using LoraMesh.Storage;

namespace LoraMesh.UnitTests.Control.Intake;

public sealed class InboxTests : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private readonly ControlHarness _control = new();

    public void Dispose() => _control.Dispose();

    [Fact]
    public async Task Drops_WithinTheQuietPeriod_MakeOneRun()
    {
        await _control.SeedModelAsync();
        await _control.DropAsync("faq/b.jsonl", "b");
        await _control.LookAsync();
        _control.Time.Advance(TimeSpan.FromSeconds(9));
        await _control.DropAsync("faq/more/a.jsonl", "a");
        await _control.LookAsync();
        _control.Time.Advance(TimeSpan.FromSeconds(9));
        await _control.LookAsync();

        Assert.Empty(await _control.RunsAsync());
        _control.Time.Advance(TimeSpan.FromSeconds(1));
        await _control.LookAsync();

        var run = Assert.Single(await _control.RunsAsync());
        Assert.Equal((RunStates.Preparing, "faq"), (run.State, run.Project));
        Assert.Equal(["faq/b.jsonl", "faq/more/a.jsonl"], run.Inputs);
        var command = Assert.Single(await _control.WaitingAsync<PrepareDataset>());
        Assert.Equal(1, command.Inputs[0].Bytes);
        Assert.Equal(new ProjectConfig().Model, (await _control.Blobs.ReadJsonAsync<ProjectConfig>(command.Config)).Model);
    }

    [Fact]
    public async Task File_StillGrowing_RestartsTheQuietPeriod()
    {
        await _control.SeedModelAsync();
        foreach (var text in new[] { "a", "aa", "aaa" })
        {
            await _control.DropAsync("faq/a.jsonl", text);
            await _control.LookAsync();
            _control.Time.Advance(TimeSpan.FromSeconds(9));
        }

        Assert.Empty(await _control.RunsAsync());
        _control.Time.Advance(TimeSpan.FromSeconds(1));
        await _control.LookAsync();

        Assert.Equal(3, Assert.Single(await _control.WaitingAsync<PrepareDataset>()).Inputs[0].Bytes);
    }

    [Fact]
    public async Task Ready_Marker_EndsTheWaitOnce()
    {
        await _control.SeedModelAsync();
        await _control.DropAsync("faq/a.jsonl", "a");
        await _control.DropAsync("faq/_READY", "");
        await _control.LookAsync();

        var run = Assert.Single(await _control.RunsAsync());
        Assert.Equal(["faq/a.jsonl"], run.Inputs);
        await _control.ApplyAsync(run.Run, Sample.Rejected(run.Run));
        _control.Time.Advance(TimeSpan.FromSeconds(1));
        await _control.DropAsync("faq/b.jsonl", "b");
        await _control.LookAsync();

        Assert.Single(await _control.RunsAsync());
    }

    [Fact]
    public async Task Drop_OfTheSameBytesAgain_StartsNothing()
    {
        var run = await _control.StartRunAsync();
        await _control.ApplyAsync(run.Run, Sample.Rejected(run.Run));
        await _control.DropAsync("faq/a.jsonl", "a.jsonl");
        await _control.SettleAsync();

        Assert.Single(await _control.RunsAsync());
    }

    [Fact]
    public async Task Drop_OfTheSameBytes_UnderStoreWithFreshTags_CountsAsTakenByTheFirstRun()
    {
        using var control = new ControlHarness(blobs: new FreshTagStore());
        var run = await control.StartRunAsync();
        await control.ApplyAsync(run.Run, Sample.Rejected(run.Run));
        await control.DropAsync("faq/a.jsonl", "a.jsonl");
        await control.SettleAsync();

        var etag = (await control.Blobs.StatAsync(Buckets.Inbox, "faq/a.jsonl"))!.ETag;
        Assert.Single(await control.RunsAsync());
        Assert.Equal(run.Run, (await control.Get<Ledger>().FindAsync("faq/a.jsonl", etag, CancellationToken.None))!.RunId);
    }

    [Fact]
    public async Task Drop_WhileARunIsOpen_WaitsAndThenTrainsOnEverything()
    {
        var first = await _control.StartRunAsync();
        await _control.DropAsync("faq/b.jsonl", "b");
        await _control.SettleAsync();
        Assert.Single(await _control.RunsAsync());

        await _control.ApplyAsync(first.Run, Sample.Rejected(first.Run));
        await _control.Get<InboxReconciler>().StepAsync(CancellationToken.None);

        var second = (await _control.RunsAsync())[0];
        Assert.NotEqual(first.Run, second.Run);
        Assert.Equal(["faq/a.jsonl", "faq/b.jsonl"], second.Inputs);
    }

    [Fact]
    public async Task Drop_OfAnIncrementalProject_IsTakenAloneBesideItsRegressionSets()
    {
        await _control.SeedModelAsync();
        await _control.DropAsync("faq/project.yaml", "prep: {drops: incremental, regression_sets: [held-*]}");
        await _control.DropAsync("faq/a.jsonl", "a");
        await _control.DropAsync("faq/held-1.jsonl", "held");
        await _control.SettleAsync();
        var first = Assert.Single(await _control.RunsAsync());
        await _control.ApplyAsync(first.Run, Sample.Rejected(first.Run));
        await _control.DropAsync("faq/b.jsonl", "b");
        await _control.SettleAsync();

        Assert.Equal(["faq/a.jsonl", "faq/held-1.jsonl"], first.Inputs);
        Assert.Equal(["faq/b.jsonl", "faq/held-1.jsonl"], (await _control.RunsAsync())[0].Inputs);
    }

    [Fact]
    public async Task Drop_OfAnIncrementalProjectWithManyOldFiles_CountsOnlyWhatTheRunTakes()
    {
        using var control = new ControlHarness(settings: new Dictionary<string, string?> { ["Control:MaxFilesPerRun"] = "2" });
        await control.SeedModelAsync();
        await control.DropAsync("faq/project.yaml", "prep: {drops: incremental}");
        foreach (var name in (string[])["a", "b", "c"])
        {
            await control.DropAsync($"faq/{name}.jsonl", name);
            await control.SettleAsync();
            if ((await control.RunsAsync())[0] is { State: not RunStates.Rejected } open)
            {
                await control.ApplyAsync(open.Run, Sample.Rejected(open.Run));
            }
        }

        Assert.Equal([1, 1, 1], (await control.RunsAsync()).Select(run => run.Inputs.Count));
        Assert.DoesNotContain(await control.RunsAsync(), run => run.Reason?.Contains("MaxFilesPerRun", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Drop_OfMoreFilesThanARunMayTake_IsRefusedWithBothNumbers()
    {
        using var control = new ControlHarness(settings: new Dictionary<string, string?> { ["Control:MaxFilesPerRun"] = "2" });
        await control.SeedModelAsync();
        foreach (var name in (string[])["a", "b", "c"])
        {
            await control.DropAsync($"faq/{name}.jsonl", name);
        }

        await control.SettleAsync();

        var run = Assert.Single(await control.RunsAsync());
        Assert.Equal("A run of project 'faq' would take 3 files, at most 2 are allowed (Control:MaxFilesPerRun). Put more rows into each file, or raise the limit.", run.Reason);
    }

    [Fact]
    public async Task Drops_OfTwoProjects_MakeTwoRuns()
    {
        await _control.StartRunAsync("one");
        await _control.StartRunAsync("two");

        Assert.Equal(["two", "one"], (await _control.RunsAsync()).Select(run => run.Project));
    }

    [Fact]
    public async Task Drop_RemovedBeforeQuiet_StartsNothing()
    {
        await _control.SeedModelAsync();
        await _control.DropAsync("faq/a.jsonl");
        await _control.LookAsync();
        await _control.Blobs.DeleteAsync(Buckets.Inbox, "faq/a.jsonl");
        await _control.SettleAsync();

        Assert.Empty(await _control.RunsAsync());
    }

    [Fact]
    public async Task Names_WithLeadingDot_AreIgnored()
    {
        await _control.SeedModelAsync();
        await _control.DropAsync("faq/.cache/a.jsonl");
        await _control.DropAsync("faq/.a.jsonl.tmp");
        await _control.SettleAsync();

        Assert.Empty(await _control.RunsAsync());
    }

    [Fact]
    public async Task Step_WithoutHint_FindsDropsAtTheNextFullLook()
    {
        await _control.SeedModelAsync();
        var reconciler = _control.Get<InboxReconciler>();
        var pause = await reconciler.StepAsync(CancellationToken.None);
        await _control.DropAsync("faq/a.jsonl");

        Assert.Equal(TimeSpan.FromSeconds(60), pause);
        _control.Time.Advance(pause);
        pause = await reconciler.StepAsync(CancellationToken.None);
        Assert.InRange(pause, TimeSpan.FromMilliseconds(50), Quiet);
        _control.Time.Advance(Quiet);
        await reconciler.StepAsync(CancellationToken.None);

        Assert.Single(await _control.RunsAsync());
    }

    [Fact]
    public async Task Drops_SurviveARestartBetweenDropAndRun()
    {
        await _control.SeedModelAsync();
        await _control.DropAsync("faq/a.jsonl");
        await _control.LookAsync();
        var (folder, blobs, time) = (_control.Folder, _control.Blobs, _control.Time);
        _control.Get<LoraMesh.Control.Registry.RegistryStore>().Dispose();

        time.Advance(Quiet);
        using var restarted = new ControlHarness(folder, blobs, time);
        await restarted.Get<InboxReconciler>().StepAsync(CancellationToken.None);

        Assert.Single(await restarted.RunsAsync());
    }

    [Theory]
    [InlineData("faq/a.jsonl", "faq", InboxKind.Data)]
    [InlineData("faq/x/project.yaml", "faq", InboxKind.Data)]
    [InlineData("faq/project.yaml", "faq", InboxKind.Settings)]
    [InlineData("faq/x/_READY", "faq", InboxKind.Ready)]
    [InlineData(".git/a", ".git", InboxKind.Ignored)]
    [InlineData("faq/x/.a/b", "faq", InboxKind.Ignored)]
    [InlineData("stray.jsonl", "/", InboxKind.Data)]
    public void Key_TakenApart_TellsProjectAndKind(string key, string project, InboxKind kind)
    {
        var parsed = InboxKey.Parse(key);

        Assert.Equal((project, kind), (parsed.Project, parsed.Kind));
    }
}
