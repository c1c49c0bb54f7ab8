using LoraMesh.Contracts;
using LoraMesh.Control.Intake;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.Storage;

namespace LoraMesh.UnitTests.Control.Intake;

public sealed class SettingsTests : IDisposable
{
    private readonly ControlHarness _control = new();

    public void Dispose() => _control.Dispose();

    [Fact]
    public async Task Settings_Alone_StartNoRunButServeTheNext()
    {
        var first = await _control.StartRunAsync();
        await _control.ApplyAsync(first.Run, Sample.Rejected(first.Run));
        await _control.SeedModelAsync("other-model");
        await _control.DropAsync("faq/project.yaml", "model: other-model\n");
        await _control.SettleAsync();
        Assert.Single(await _control.RunsAsync());

        await _control.DropAsync("faq/b.jsonl", "b");
        await _control.SettleAsync();

        Assert.Equal(2, (await _control.RunsAsync()).Count);
        var command = (await _control.WaitingAsync<PrepareDataset>())[^1];
        Assert.Equal("other-model", (await _control.Blobs.ReadJsonAsync<ProjectConfig>(command.Config)).Model);
    }

    [Fact]
    public async Task BadSettings_RejectTheRunWithFileAndLine_AndRepairTriesTheSameDropsAgain()
    {
        await _control.SeedModelAsync();
        await _control.DropAsync("faq/project.yaml", "model: loramesh-tiny\nmodell: x\n");
        await _control.DropAsync("faq/a.jsonl", "a");
        await _control.SettleAsync();

        var rejected = Assert.Single(await _control.RunsAsync());
        Assert.Equal((RunStates.Rejected, "bad_project_yaml"), (rejected.State, rejected.Code));
        Assert.Contains("faq/project.yaml", rejected.Reason, StringComparison.Ordinal);
        Assert.Contains("line 2", rejected.Reason, StringComparison.Ordinal);
        Assert.Contains("modell", rejected.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(await _control.OutboxAsync(), row => row.Kind == OutboxRow.Publish);

        await _control.DropAsync("faq/project.yaml", "model: loramesh-tiny\n");
        await _control.SettleAsync();

        var runs = await _control.RunsAsync();
        Assert.Equal([RunStates.Preparing, RunStates.Rejected], runs.Select(run => run.State));
        Assert.Equal(["faq/a.jsonl"], runs[0].Inputs);
    }

    [Fact]
    public async Task MissingModel_RejectsTheRunNamingWhatIsThere_AndIsTriedAgainOnceItArrives()
    {
        await _control.SeedModelAsync("present");
        await _control.DropAsync("faq/a.jsonl");
        await _control.SettleAsync();

        var rejected = Assert.Single(await _control.RunsAsync());
        Assert.Equal("base_model_missing", rejected.Code);
        Assert.Contains("'loramesh-tiny'", rejected.Reason, StringComparison.Ordinal);
        Assert.Contains("present", rejected.Reason, StringComparison.Ordinal);

        await _control.SeedModelAsync();
        var reconciler = _control.Get<InboxReconciler>();
        _control.Time.Advance(TimeSpan.FromSeconds(60));
        await reconciler.StepAsync(CancellationToken.None);
        _control.Time.Advance(TimeSpan.FromSeconds(10));
        await reconciler.StepAsync(CancellationToken.None);

        Assert.Equal(RunStates.Preparing, (await _control.RunsAsync())[0].State);
    }

    [Theory]
    [InlineData("Bad_Name/a.jsonl", "Bad_Name", "bad_project_name", "'Bad_Name'")]
    [InlineData("-x/a.jsonl", "-x", "bad_project_name", "'-x'")]
    [InlineData("stray.jsonl", "/", "outside_project", "'stray.jsonl'")]
    public async Task Drop_OutsideAnyProject_IsARejectedRunThatSaysWhatToDo(string key, string project, string code, string named)
    {
        await _control.SeedModelAsync();
        await _control.DropAsync(key);
        await _control.SettleAsync(project);

        var run = Assert.Single(await _control.RunsAsync());
        Assert.Equal((RunStates.Rejected, code, project), (run.State, run.Code, run.Project));
        Assert.Contains(named, run.Reason, StringComparison.Ordinal);
        await _control.SettleAsync(project);
        Assert.Single(await _control.RunsAsync());
    }
}
