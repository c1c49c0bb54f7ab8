using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Storage;

namespace LoraMesh.UnitTests.Control.Pipeline;

public sealed class JobWatchTests : IDisposable
{
    private readonly ControlHarness _control = new();

    public void Dispose() => _control.Dispose();

    [Fact]
    public async Task Lease_Expired_IssuesTheNextAttemptOnce()
    {
        var run = await TrainingAsync();
        await LeaseAsync(run, attempt: 1);
        await LookAfterAsync(TimeSpan.FromSeconds(19));
        Assert.Empty(await _control.OutboxAsync());

        await LookAfterAsync(TimeSpan.FromSeconds(2));
        await LookAfterAsync(TimeSpan.FromSeconds(2));
        await _control.SentAsync();
        await LookAfterAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(2, (await _control.RunAsync(run)).Attempt);
        Assert.Empty(await _control.OutboxAsync());
        var entry = Assert.Single(await _control.AuditAsync(), entry => entry.Who == "watch");
        Assert.Equal(("job_retried", run), (entry.What, entry.RunId));
    }

    [Fact]
    public async Task Command_NobodyTakes_IsIssuedAgainForTheSameAttempt_LessAndLessOften()
    {
        await TrainingAsync();
        var issued = new List<double>();
        for (var second = 2; second <= 140; second += 2)
        {
            await LookAfterAsync(TimeSpan.FromSeconds(2));
            if ((await _control.WaitingAsync<TrainAdapter>()).Count > 0)
            {
                Assert.Equal(1, Assert.Single(await _control.WaitingAsync<TrainAdapter>()).Attempt);
                issued.Add(second);
                await _control.SentAsync();
            }
        }

        Assert.Equal([32, 66, 134], issued);
    }

    [Fact]
    public async Task FirstLookOfAProcess_IssuesJobsAgainThatNobodyHolds()
    {
        var run = await TrainingAsync(looked: false);

        await _control.Watch.LookAsync(CancellationToken.None);

        Assert.Equal(1, Assert.Single(await _control.WaitingAsync<TrainAdapter>()).Attempt);
        Assert.Equal("job_reissued", (await _control.AuditAsync())[^1].What);
        Assert.Equal(RunStates.Training, (await _control.RunAsync(run)).State);
    }

    [Fact]
    public async Task FirstLookOfAProcess_LeavesHeldAndUnsentJobsAlone()
    {
        var run = await TrainingAsync(looked: false);
        await LeaseAsync(run, attempt: 1);
        await _control.StartRunAsync("unsent");

        await _control.Watch.LookAsync(CancellationToken.None);

        Assert.Equal(["PrepareDataset"], (await _control.OutboxAsync()).Select(row => row.Target));
    }

    [Fact]
    public async Task Restart_LongAfterTheDeadline_DoesNotFailTheRun()
    {
        var run = await TrainingAsync(looked: false);
        _control.Time.Advance(TimeSpan.FromDays(30));

        await _control.Watch.LookAsync(CancellationToken.None);

        Assert.Equal(RunStates.Training, (await _control.RunAsync(run)).State);
        Assert.Single(await _control.WaitingAsync<TrainAdapter>());
    }

    [Fact]
    public async Task Deadline_Passed_FailsTheRun()
    {
        var run = await TrainingAsync();
        await LeaseAsync(run, attempt: 1, TimeSpan.FromDays(30));

        await LookAfterAsync(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));

        Assert.Equal("deadline_passed", (await _control.RunAsync(run)).Code);
    }

    [Fact]
    public async Task Job_WithoutWorker_ShowsStalledWithinAMinute_UntilOneTakesIt()
    {
        var run = await TrainingAsync();
        await LeaseAsync(run, attempt: 1);
        await LookAfterAsync(TimeSpan.Zero);
        for (var second = 0; second < 34; second += 2)
        {
            await LookAfterAsync(TimeSpan.FromSeconds(2));
            Assert.False((await _control.RunAsync(run)).Stalled);
        }

        for (var second = 34; second < 60; second += 2)
        {
            await LookAfterAsync(TimeSpan.FromSeconds(2));
        }

        Assert.True((await _control.RunAsync(run)).Stalled);
        await LeaseAsync(run, attempt: 2);
        await LookAfterAsync(TimeSpan.Zero);
        Assert.False((await _control.RunAsync(run)).Stalled);
    }

    [Fact]
    public async Task Job_BehindABusyWorker_IsNeitherStalledNorIssuedAgain()
    {
        var busy = await TrainingAsync("one");
        var waiting = await TrainingAsync("two");
        await LeaseAsync(busy, attempt: 1, TimeSpan.FromHours(1));

        for (var minute = 0; minute < 9; minute++)
        {
            await LookAfterAsync(TimeSpan.FromMinutes(1));
        }

        Assert.False((await _control.RunAsync(waiting)).Stalled);
        Assert.Empty(await _control.OutboxAsync());
    }

    [Fact]
    public async Task Job_BehindALongBacklog_IsIssuedAgainLessAndLessOften()
    {
        var busy = await TrainingAsync("one");
        await TrainingAsync("two");
        await LeaseAsync(busy, attempt: 1, TimeSpan.FromDays(1));
        var issued = new List<int>();
        for (var minute = 1; minute <= 100; minute++)
        {
            await LookAfterAsync(TimeSpan.FromMinutes(1));
            if ((await _control.WaitingAsync<TrainAdapter>()).Count > 0)
            {
                issued.Add(minute);
                await _control.SentAsync();
            }
        }

        Assert.Equal([11, 23, 47, 95], issued);
    }

    [Fact]
    public async Task Command_ThatALaterOneOvertook_IsIssuedAgainSoon()
    {
        await LeaseAsync(await TrainingAsync("zero"), attempt: 1, TimeSpan.FromDays(1));
        var lost = await TrainingAsync("one");
        await LookAfterAsync(TimeSpan.FromSeconds(40));
        Assert.Empty(await _control.OutboxAsync());
        await LeaseAsync(await TrainingAsync("two"), attempt: 1, TimeSpan.FromDays(1));
        await LookAfterAsync(TimeSpan.FromSeconds(2));

        var again = Assert.Single(await _control.WaitingAsync<TrainAdapter>());

        Assert.Equal((lost, 1), (again.RunId, again.Attempt));
        await _control.SentAsync();
        await LookAfterAsync(TimeSpan.FromMinutes(5));
        Assert.Empty(await _control.OutboxAsync());
    }

    [Fact]
    public async Task Deployment_ThatNobodyConfirms_EndsAfterAMinute()
    {
        var run = await _control.StartRunAsync();
        await _control.JudgeAsync(run, promote: true);
        await _control.SentAsync();
        await _control.Watch.LookAsync(CancellationToken.None);
        await _control.SentAsync();
        await LookAfterAsync(TimeSpan.FromSeconds(59));
        Assert.Equal(RunStates.Deploying, (await _control.RunAsync(run.Run)).State);

        await LookAfterAsync(TimeSpan.FromSeconds(2));

        Assert.Equal((RunStates.Promoted, "not_confirmed"), ((await _control.RunAsync(run.Run)).State, (await _control.RunAsync(run.Run)).Code));
    }

    [Fact]
    public async Task Lease_ThatIsNotJson_CountsAsNone()
    {
        var run = await TrainingAsync();
        await _control.PutAsync(Buckets.Runs, LeaseKeeper.KeyOf(run, run + "-train"), "half a le");

        await LookAfterAsync(TimeSpan.FromSeconds(32));

        Assert.Single(await _control.WaitingAsync<TrainAdapter>());
    }

    [Fact]
    public async Task Progress_OnTheBoard_SurvivesTheProcess()
    {
        var run = await TrainingAsync();
        _control.Get<RunBoard>().Report(run, new RunProgress { Stage = RunStates.Training, Done = 7, Total = 9, SecondsLeft = 2 });
        await LookAfterAsync(TimeSpan.FromSeconds(2));
        var (folder, blobs, time) = (_control.Folder, _control.Blobs, _control.Time);
        _control.Registry.Dispose();

        using var restarted = new ControlHarness(folder, blobs, time);

        Assert.Equal(7, (await restarted.RunAsync(run)).Progress!.Done);
    }

    [Fact]
    public async Task Lease_OfAJobThatEnded_IsRemovedOnceItLapsed()
    {
        var run = await TrainingAsync();
        await LeaseAsync(run, attempt: 1, TimeSpan.FromMinutes(3));
        await _control.ApplyAsync(run, await _control.TrainedAsync("faq", run));
        await LookAfterAsync(TimeSpan.FromMinutes(2));
        Assert.True(await IsLeasedAsync(run));

        await LookAfterAsync(TimeSpan.FromMinutes(2));

        Assert.False(await IsLeasedAsync(run));
    }

    [Fact]
    public async Task Lease_OfAJobThatEndedBeforeARestart_IsRemoved()
    {
        var run = await TrainingAsync();
        await LeaseAsync(run, attempt: 1);
        await _control.ApplyAsync(run, await _control.TrainedAsync("faq", run));
        var (folder, blobs, time) = (_control.Folder, _control.Blobs, _control.Time);
        _control.Registry.Dispose();
        time.Advance(TimeSpan.FromHours(3));

        using var restarted = new ControlHarness(folder, blobs, time);
        await restarted.Watch.LookAsync(CancellationToken.None);

        Assert.False(await IsLeasedAsync(run));
    }

    [Fact]
    public async Task Lease_OfAnOpenJob_StaysThoughItLapsed()
    {
        var run = await TrainingAsync();
        await LeaseAsync(run, attempt: 1);

        await LookAfterAsync(TimeSpan.FromMinutes(5));

        Assert.True(await IsLeasedAsync(run));
    }

    private async Task<bool> IsLeasedAsync(string run) => await _control.Blobs.StatAsync(Buckets.Runs, LeaseKeeper.KeyOf(run, run + "-train")) is not null;

    /// <summary>A run whose training command has been published.</summary>
    private async Task<string> TrainingAsync(string project = "faq", bool looked = true)
    {
        var run = await _control.StartRunAsync(project);
        await _control.ApplyAsync(run.Run, Sample.Prepared(run.Run));
        if (looked)
        {
            await _control.Watch.LookAsync(CancellationToken.None);
        }

        await _control.SentAsync();
        return run.Run;
    }

    private Task<BlobRef> LeaseAsync(string run, int attempt, TimeSpan? time = null) => _control.Blobs.PutJsonAsync(
        Buckets.Runs,
        LeaseKeeper.KeyOf(run, run + "-train"),
        new JobLease { Owner = "worker", Fence = attempt, Attempt = attempt, ExpiresAt = _control.Time.GetUtcNow() + (time ?? TimeSpan.FromSeconds(20)) });

    private Task LookAfterAsync(TimeSpan time)
    {
        _control.Time.Advance(time);
        return _control.Watch.LookAsync(CancellationToken.None);
    }
}
