using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using LoraMesh.UnitTests.Control;
using LoraMesh.UnitTests.Control.Pipeline;
using LoraMesh.UnitTests.Storage;

namespace LoraMesh.IntegrationTests.Control;

public sealed class PostgresDeliveryTests(PostgresFixture server) : DeliveryContract, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private DatabaseOptions _options = new();

    public async Task InitializeAsync() => _options = server.Container is null ? _options : await server.NewDatabaseAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    protected override int Deliveries => 8;

    private protected override ControlHarness Open(string folder) => new(folder, settings: PostgresFixture.Settings(_options));

    [DockerFact]
    public async Task EveryMessage_TakenByTwoReplicasAtOnce_CountsOnce()
    {
        using var folder = new TemporaryFolder();
        using var one = Replica(folder.Path);
        using var other = Replica(folder.Path);

        for (var number = 1; number <= 5; number++)
        {
            var project = $"p{number}";
            await one.SeedModelAsync();
            await one.DropAsync($"{project}/a.jsonl", project);
            await BothAsync(control => control.LookAsync(project));
            one.Time.Advance(TimeSpan.FromSeconds(10));
            other.Time.Advance(TimeSpan.FromSeconds(10));
            await BothAsync(control => control.LookAsync(project));
            await one.LookAsync(project);
            var run = Assert.Single(await one.RunsAsync(project)).Run;

            await TakeAsync(run, Sample.Prepared(run));
            await TakeAsync(run, await one.TrainedAsync(project, run));
            await TakeAsync(run, Sample.Evaluated(run, promote: true));
            await TakeAsync(run, Sample.Deployed(project, 1));

            var ended = await other.RunAsync(run);
            Assert.Equal((RunStates.Promoted, 1), (ended.State, ended.Version));
        }

        var ids = (await one.OutboxAsync()).ConvertAll(row => row.Id);
        Assert.Equal(ids.Distinct(), ids);
        Assert.Equal(5, (await one.WaitingAsync<TrainAdapter>()).Count);
        Assert.Equal(5, (await one.WaitingAsync<AdapterPromoted>()).Count);
        Assert.Equal(5, (await one.AuditAsync()).Count(row => row.What == "run_promoted"));

        async Task TakeAsync(string run, object message)
        {
            var id = Guid.NewGuid();
            var answers = await BothAsync(control => control.ApplyAsync(run, message, id));
            Assert.Single(answers, answer => answer is { Ignored: null });
        }

        Task<T[]> BothAsync<T>(Func<ControlHarness, Task<T>> work) => Task.WhenAll(Task.Run(() => work(one)), Task.Run(() => work(other)));
    }

    // The bus of a harness stands still; the settings say which kind of bus may share a database.
    private ControlHarness Replica(string folder) => new(folder, settings: new Dictionary<string, string?>(PostgresFixture.Settings(_options))
    {
        ["Bus:Transport"] = "rabbitmq",
        ["Bus:Username"] = "nobody",
        ["Bus:Password"] = "nothing",
    });
}
