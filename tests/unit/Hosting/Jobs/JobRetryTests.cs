using System.Globalization;
using LoraMesh.Hosting.Jobs;
using LoraMesh.UnitTests.Storage;

namespace LoraMesh.UnitTests.Hosting.Jobs;

public sealed class JobRetryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<Exception> Transient => [new IOException("disk"), new TimeoutException("slow"), new HttpRequestException("net"), new TaskCanceledException("slow", new TimeoutException())];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Transient), DisableDiscoveryEnumeration = true)]
    public async Task Job_MeetingTransientFaultsThrice_IsDoneAtTheFourthTry(Exception fault)
    {
        await using var worker = await Worker.StartAsync(_folder, TimeProvider.System);
        worker.Script.Act = (_, _) => worker.Script.Started.Count <= 3 ? Task.FromException(fault) : Task.CompletedTask;

        await worker.SendAsync("run-1", "run-1-train");

        await worker.NextEventAsync<WorkDone>();
        Assert.Equal(4, worker.Script.Started.Count);
        Assert.All(worker.Script.Started, started => Assert.Equal(1, started.Fence));
    }

    [Fact]
    public async Task Job_OnAFullDisk_WaitsVisibly_AndGoesOnByItself()
    {
        await using var worker = await Worker.StartAsync(_folder, TimeProvider.System);
        worker.Script.Act = (_, _) => worker.Script.Started.Count <= 6 ? Task.FromException(new IOException("no space left on device")) : Task.CompletedTask;

        await worker.SendAsync("run-1", "run-1-train");

        await worker.NextEventAsync<WorkDone>();
        var wait = Assert.Single(worker.Waits.Take(1));
        Assert.Equal(("run-1", "run-1-train", "storage or network: no space left on device."), (wait.RunId, wait.JobId, wait.Reason));
        Assert.Equal(7, worker.Script.Started.Count);
    }

    [Fact]
    public async Task Job_MeetingTransientFaultsForTooLong_FailsWithTheLastOne()
    {
        await using var worker = await Worker.StartAsync(_folder, TimeProvider.System, retryFor: "00:00:00.200");
        worker.Script.Act = (_, _) => Task.FromException(new IOException("no space left on device"));

        await worker.SendAsync("run-1", "run-1-train");

        var failed = await worker.NextEventAsync<WorkFailed>();
        Assert.Equal("transient_exhausted", failed.Code);
        Assert.Contains($"tried {worker.Script.Started.Count} times", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("no space left on device", failed.Reason, StringComparison.Ordinal);
        Assert.True(worker.Script.Started.Count > 1);
        await worker.UntilReleasedAsync("run-1", "run-1-train");
    }

    [Fact]
    public async Task Job_MissingAFile_IsTriedFourTimes()
    {
        await using var worker = await Worker.StartAsync(_folder, TimeProvider.System);
        worker.Script.Act = (_, _) => Task.FromException(new FileNotFoundException("no such file"));

        await worker.SendAsync("run-1", "run-1-train");

        Assert.Contains("tried 4 times", (await worker.NextEventAsync<WorkFailed>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_WithUnexpectedException_FailsAtOnceInOneLineWithoutStackTrace()
    {
        await using var worker = await Worker.StartAsync(_folder, TimeProvider.System);
        worker.Script.Act = (_, _) => throw new InvalidOperationException("shapes differ\n   at Some.Place()");

        await worker.SendAsync("run-1", "run-1-train");

        var failed = await worker.NextEventAsync<WorkFailed>();
        Assert.Equal("internal_error", failed.Code);
        Assert.Equal($"The job stopped with an unexpected InvalidOperationException: shapes differ. The log of worker {worker.Leases.Owner} has the details.", failed.Reason);
        Assert.Single(worker.Script.Started);
    }

    [Fact]
    public async Task Job_CancellingByItself_IsAFaultAndNotASilence()
    {
        await using var worker = await Worker.StartAsync(_folder, TimeProvider.System);
        worker.Script.Act = (_, _) => throw new OperationCanceledException("of its own");

        await worker.SendAsync("run-1", "run-1-train");

        Assert.Equal("internal_error", (await worker.NextEventAsync<WorkFailed>()).Code);
    }

    [Fact]
    public async Task Command_OfSixthAttempt_FailsWithoutBeingRun()
    {
        await using var worker = await Worker.StartAsync(_folder, TimeProvider.System);

        await worker.SendAsync("run-1", "run-1-train", attempt: 6);

        var failed = await worker.NextEventAsync<WorkFailed>();
        Assert.Equal("too_many_attempts", failed.Code);
        Assert.Contains("issued 6 times, at most 5", failed.Reason, StringComparison.Ordinal);
        Assert.Empty(worker.Script.Started);
    }

    [Fact]
    public async Task Command_OfFifthAttempt_IsRun()
    {
        await using var worker = await Worker.StartAsync(_folder, TimeProvider.System);

        await worker.SendAsync("run-1", "run-1-train", attempt: 5);

        await worker.NextEventAsync<WorkDone>();
    }

    [Theory]
    [InlineData(0, 0.0, 0.5)]
    [InlineData(0, 1.0, 1.5)]
    [InlineData(2, 0.5, 4.0)]
    public void Delay_DoublesAndSpreadsByHalf(int retry, double spread, double seconds) =>
        Assert.Equal(seconds.ToString(CultureInfo.InvariantCulture), JobFailure.DelayBefore(retry, TimeSpan.FromSeconds(1), spread).TotalSeconds.ToString(CultureInfo.InvariantCulture));
}
