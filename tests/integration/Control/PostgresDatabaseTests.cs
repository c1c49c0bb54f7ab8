using LoraMesh.Control.Registry;
using LoraMesh.UnitTests.Control.Registry;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.IntegrationTests.Control;

public sealed class PostgresDatabaseTests(PostgresFixture server) : RegistryContract, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private DatabaseOptions _options = new();

    public async Task InitializeAsync() => _options = server.Container is null ? _options : await server.NewDatabaseAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    protected override IRegistryDatabase Database() => new PostgresDatabase(_options, alone: false);

    [DockerFact]
    public async Task Open_ManyReplicasAtOnce_MakeTheTablesOnce()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(Open)));

        Assert.Equal("1", await server.Container!.QueryAsync("SELECT count(*) FROM \"__EFMigrationsHistory\" WHERE \"MigrationId\" LIKE '%_Initial'", _options.Name));
        Array.ForEach(stores, store => store.Dispose());
    }

    [DockerFact]
    public async Task Writes_OfTwoReplicas_SeeEachOther()
    {
        using var one = Open();
        using var other = Open();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => Task.Run(() => CountOnAsync(number % 2 == 0 ? one : other))));

        Assert.Equal(40, await one.ReadAsync(context => context.Projects.CountAsync()));
    }

    [DockerFact]
    public async Task Turn_IsOneReplicasUntilItIsGivenBackOrItsConnectionBreaks()
    {
        using var one = Open();
        using var other = Open();

        await using (var turn = await one.TryTakeTurnAsync(SharedWork.Watch, CancellationToken.None))
        {
            Assert.NotNull(turn);
            Assert.True(await turn.HoldsAsync(CancellationToken.None));
            Assert.Null(await other.TryTakeTurnAsync(SharedWork.Watch, CancellationToken.None));
            await using var another = await other.TryTakeTurnAsync(SharedWork.Outbox, CancellationToken.None);
            Assert.NotNull(another);
        }

        var next = await other.TryTakeTurnAsync(SharedWork.Watch, CancellationToken.None);
        Assert.NotNull(next);

        await BreakConnectionsAsync();

        Assert.False(await next.HoldsAsync(CancellationToken.None));
        await using var last = await one.TryTakeTurnAsync(SharedWork.Watch, CancellationToken.None);
        Assert.NotNull(last);
        await next.DisposeAsync();
    }

    [DockerFact]
    public async Task Write_WhoseConnectionBreaks_RunsAgain()
    {
        using var store = Open();
        var runs = 0;

        await store.WriteAsync(async context =>
        {
            context.Projects.Add(Project("one"));
            await context.SaveChangesAsync();
            if (runs++ == 0)
            {
                await BreakConnectionsAsync();
            }
        });

        Assert.Equal(2, runs);
        Assert.Equal(1, await store.ReadAsync(context => context.Projects.CountAsync()));
    }

    [DockerFact]
    public async Task MemoryBus_BesideAnotherProcess_IsRefused()
    {
        using (Open())
        {
            var refused = Assert.Throws<RegistryException>(() => new PostgresDatabase(_options, alone: true));
            Assert.Contains("this one keeps its messages to itself", refused.Message, StringComparison.Ordinal);
        }

        using var alone = new PostgresDatabase(_options, alone: true);
        Assert.Contains("that one keeps its messages to itself", Assert.Throws<RegistryException>(Open).Message, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    [DockerFact]
    public void Open_ThatFails_SaysWhereAndWhatToDo()
    {
        Assert.Contains("Database:Password", Refusal(options => options.Password = "wrong"), StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", Refusal(options => options.Password = "wrong"), StringComparison.Ordinal);
        Assert.Contains("CREATE DATABASE \"absent\"", Refusal(options => options.Name = "absent"), StringComparison.Ordinal);
        Assert.Contains("'absent'", Refusal(options => options.Name = "absent"), StringComparison.Ordinal);
        Assert.Contains("Database:Port", Refusal(options => options.Port = 1), StringComparison.Ordinal);
        Assert.Contains("Database:Tls", Refusal(options => options.Tls = true), StringComparison.Ordinal);
    }

    [DockerFact]
    public async Task Open_ChangedByANewerProgram_NamesTheMigration()
    {
        Database().Dispose();
        await server.Container!.QueryAsync("INSERT INTO \"__EFMigrationsHistory\" VALUES ('20991231000000_Future', '20.0')", _options.Name);

        var refused = Assert.Throws<RegistryException>(Database);

        Assert.Contains("20991231000000_Future", refused.Message, StringComparison.Ordinal);
    }

    private async Task BreakConnectionsAsync() =>
        await server.Container!.QueryAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_options.Name}'");

    private string Refusal(Action<DatabaseOptions> change)
    {
        var options = new DatabaseOptions { Kind = _options.Kind, Host = _options.Host, Port = _options.Port, Name = _options.Name, Username = _options.Username, Password = _options.Password };
        change(options);
        return Assert.Throws<RegistryException>(() => new PostgresDatabase(options, alone: false)).Message;
    }
}
