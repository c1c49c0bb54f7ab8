using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;

namespace LoraMesh.UnitTests.Control.Pipeline;

public sealed class ApprovalTests : IDisposable
{
    private readonly ControlHarness _control = new();

    [Fact]
    public async Task Evaluated_ToBeApproved_HoldsTheRunAndLetsTheNextOneStart()
    {
        var run = await HoldAsync("a.jsonl");

        Assert.Equal((RunStates.Held, "awaits_approval", false, 1), (run.State, run.Code, run.Promoted, run.Version));
        Assert.Empty(await _control.WaitingAsync<AdapterPromoted>());
        Assert.Equal(RunStates.Preparing, (await _control.StartRunAsync("faq", "b.jsonl")).State);
    }

    [Fact]
    public async Task Approve_HeldRun_PromotesWithNameAndReason()
    {
        var run = await HoldAsync("a.jsonl");

        await _control.Conductor.ApplyAsync(run.Run, new ApproveRun("Ada", "read fifty answers"), null, "Ada", CancellationToken.None);

        var approved = await _control.RunAsync(run.Run);
        Assert.Equal((RunStates.Promoted, "Approved by Ada: read fifty answers", true), (approved.State, approved.Reason, approved.Promoted));
        Assert.Equal(1, Assert.Single(await _control.WaitingAsync<AdapterPromoted>()).Version);
        Assert.Equal(1, (await _control.Registry.ReadAsync(context => context.AliasedAsync("faq", AliasRow.Champion, CancellationToken.None)))!.Version);
        Assert.Contains(await _control.AuditAsync(), row => row is { Who: "Ada", What: "run_approved", Why: "Ada: read fifty answers" });
    }

    [Fact]
    public async Task Reject_HeldRun_RefusesAndKeepsTheChampion()
    {
        await _control.PromoteRunAsync();
        var run = await HoldAsync("b.jsonl");

        await _control.Conductor.ApplyAsync(run.Run, new RejectRun("Ada", "invents prices"), null, "Ada", CancellationToken.None);

        var rejected = await _control.RunAsync(run.Run);
        Assert.Equal((RunStates.Refused, "rejected_by_hand", "Rejected by Ada: invents prices"), (rejected.State, rejected.Code, rejected.Reason));
        Assert.Equal(1, (await _control.Registry.ReadAsync(context => context.AliasedAsync("faq", AliasRow.Champion, CancellationToken.None)))!.Version);
    }

    [Fact]
    public async Task Approve_AfterAnotherChampion_IsRefusedWithTheReason()
    {
        var run = await HoldAsync("a.jsonl");
        await _control.PromoteRunAsync("faq", "b.jsonl");

        var transition = await _control.Conductor.ApplyAsync(run.Run, new ApproveRun("Ada", "fine"), null, "Ada", CancellationToken.None);

        Assert.Contains("compared with no champion, and version 2 reigns now", transition!.Ignored, StringComparison.Ordinal);
        Assert.Equal(RunStates.Held, (await _control.RunAsync(run.Run)).State);
    }

    [Fact]
    public async Task Approve_RunThatIsNotHeld_ChangesNothing()
    {
        var run = await _control.PromoteRunAsync();

        Assert.NotNull((await _control.Conductor.ApplyAsync(run.Run, new ApproveRun("Ada", "fine"), null, "Ada", CancellationToken.None))!.Ignored);
        Assert.NotNull((await _control.Conductor.ApplyAsync(run.Run, new RejectRun("Ada", "bad"), null, "Ada", CancellationToken.None))!.Ignored);
    }

    public void Dispose() => _control.Dispose();

    private async Task<RunView> HoldAsync(string file)
    {
        var run = await _control.StartRunAsync("faq", file);
        await _control.ApplyAsync(run.Run, Sample.Prepared(run.Run));
        await _control.ApplyAsync(run.Run, await _control.TrainedAsync(run.Project, run.Run));
        await _control.ApplyAsync(run.Run, Sample.Evaluated(run.Run, promote: false) with { Decision = GateDecision.Hold });
        return await _control.RunAsync(run.Run);
    }
}
