using LoraMesh.Containers;
using LoraMesh.Contracts;
using RabbitMQ.Client;
using Xunit.Abstractions;

namespace LoraMesh.IntegrationTests.Mesh;

/// <summary>More workers: no command waits behind a busy one while another is idle.</summary>
[Collection(MeshTests.Name)]
public sealed class ScaleTests(MeshFixture fixture, ITestOutputHelper output)
{
    private const int Jobs = 12;
    private const int Trainers = 3;
    private const string Queue = "trainer-train-adapter";

    [DockerFact]
    public async Task TwelveJobs_OfThreeTrainers_KeepAllBusyUntilTheBacklogIsGone()
    {
        var trainers = new List<ServiceProcess> { fixture.Mesh.Service("trainer") };
        trainers.AddRange(await Task.WhenAll(fixture.Mesh.AddAsync("trainer"), fixture.Mesh.AddAsync("trainer")));
        var before = trainers.ConvertAll(Started);
        var projects = Enumerable.Range(1, Jobs).Select(number => $"scale-{number}").ToList();
        await Task.WhenAll(projects.ConvertAll(DropAsync));

        var (busy, looks) = await WatchBacklogAsync(projects);
        await Task.WhenAll(projects.ConvertAll(project => fixture.Mesh.Client.WaitForAsync(project, run => run.AdapterId is not null, "been trained")));

        var done = trainers.Zip(before, (trainer, earlier) => Started(trainer) - earlier).ToList();
        output.WriteLine($"jobs a trainer: {string.Join(", ", done)}; while commands waited, {(double)busy / looks:F2} of {Trainers} trainers were busy, over {looks} looks");
        Assert.Equal(Jobs, done.Sum());
        Assert.All(done, jobs => Assert.InRange(jobs, 2, Jobs));
        Assert.True(busy > 2 * looks, $"{(double)busy / looks:F2} of {Trainers} trainers were busy on average while commands waited");
        foreach (var added in trainers.Skip(1))
        {
            Assert.Equal(0, await fixture.Mesh.RemoveAsync(added));
        }

        await Task.WhenAll(projects.ConvertAll(project => fixture.Mesh.Client.WaitForEndAsync(project)));
    }

    [DockerFact]
    public async Task Trainer_ScaledDownAtWork_GivesItsJobToAnother_WhichGoesOnFromTheCheckpoint()
    {
        var calm = await fixture.CalmAsync();
        var leaving = fixture.Mesh.Service("trainer");
        await fixture.DropAsync("scaled-down");
        await fixture.Mesh.Client.WaitForAsync("scaled-down", run => run.Progress is { Stage: RunStates.Training, CheckpointStep: > 0 }, "made a checkpoint");
        var staying = await fixture.Mesh.AddAsync("trainer");

        Assert.Equal(0, await leaving.StopAsync());
        var resumed = await fixture.Mesh.Client.WaitForAsync("scaled-down", run => run.Progress?.ResumedFromStep > 0 || run.AdapterId is not null, "gone on");
        await leaving.StartAsync();

        // Nobody waits for a lease to lapse or for patience to end, and nothing counts as lost.
        Assert.Equal(1, resumed.Attempt);
        Assert.Contains(staying.Lines, line => line.Contains($"{resumed.Run}-train: attempt 1", StringComparison.Ordinal));
        Assert.Equal(await fixture.AdapterAsync(calm), await fixture.AdapterAsync(await fixture.Mesh.WaitForPromotionAsync("scaled-down")));
        Assert.Equal(0, await fixture.Mesh.RemoveAsync(staying));
    }

    // Looks at what is held while the queue is not empty, from when every trainer has had its first job.
    private async Task<(int Busy, int Looks)> WatchBacklogAsync(List<string> projects)
    {
        await using var connection = await fixture.Mesh.Broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var (busy, looks, begun) = (0, 0, false);
        await fixture.Mesh.UntilAsync(
            async () =>
            {
                var waiting = (await channel.QueueDeclarePassiveAsync(Queue)).MessageCount;
                var held = (await fixture.Mesh.KeysAsync(Buckets.Runs)).Count(key => key.EndsWith("-train.lease.json", StringComparison.Ordinal));
                begun |= held == Trainers;
                if (begun && waiting > 0)
                {
                    (busy, looks) = (busy + held, looks + 1);
                }

                return begun && waiting == 0 && (await fixture.Mesh.Client.FindRunsAsync())!.Where(run => projects.Contains(run.Project)).All(run => run.State != RunStates.Preparing);
            },
            "the backlog of trainings is gone");
        Assert.True(looks > 0, "no command ever waited; there was no backlog");
        return (busy, looks);
    }

    private async Task DropAsync(string project)
    {
        await fixture.Mesh.Client.DropTextAsync(project, "project.yaml", Samples.Short);
        await fixture.Mesh.Client.DropTextAsync(project, "tickets.jsonl", Samples.Tickets(60));
    }

    private static int Started(ServiceProcess trainer) => trainer.Lines.Count(line => line.Contains("-train: attempt", StringComparison.Ordinal));
}
