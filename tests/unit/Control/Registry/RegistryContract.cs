using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.UnitTests.Control.Registry;

/// <summary>What every database does for the registry.</summary>
public abstract class RegistryContract
{
    /// <summary>Opens the test's own database; the same one each time.</summary>
    protected abstract IRegistryDatabase Database();

    protected RegistryStore Open() => new(Database(), TimeProvider.System);

    [DatabaseFact]
    public void Rows_AreThoseOfTheMigrations()
    {
        using var database = Database();
        using var context = database.Open();

        Assert.False(context.Database.HasPendingModelChanges(), "Rows or RegistryContext changed: make a migration (services/control/Registry/Migrations/README.md).");
        Assert.Empty(context.Database.GetPendingMigrations());
    }

    [DatabaseFact]
    public async Task Write_ThatThrows_StoresNothing()
    {
        using var store = Open();

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.WriteAsync(async context =>
        {
            context.Projects.Add(Project("one"));
            await context.SaveChangesAsync();
            throw new InvalidOperationException();
        }));

        Assert.Equal(0, await store.ReadAsync(context => context.Projects.CountAsync()));
    }

    [DatabaseFact]
    public async Task Write_ThatWaitsWhenTheStoreCloses_IsToldSo()
    {
        var store = Open();
        var (begun, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = store.WriteAsync(async _ =>
        {
            begun.SetResult();
            await end.Task;
        });
        await begun.Task;
        var second = store.WriteAsync(_ => Task.CompletedTask);

        store.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => second.WaitAsync(TimeSpan.FromSeconds(30)));
        end.SetResult();
        await Record.ExceptionAsync(() => first); // Stored or not, as the database has it; but over.
    }

    [DatabaseFact]
    public async Task Writes_FromManySides_SeeEachOther()
    {
        using var store = Open();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => CountOnAsync(store))));

        Assert.Equal(40, await store.ReadAsync(context => context.Projects.CountAsync()));
    }

    [DatabaseFact]
    public async Task SecondOpenRun_OfOneProject_IsRefusedByTheDatabase()
    {
        using var store = Open();
        await store.WriteAsync(context => Task.FromResult(context.Runs.Add(Row("run-1", ended: true))));
        await store.WriteAsync(context => Task.FromResult(context.Runs.Add(Row("run-2", ended: false))));

        await Assert.ThrowsAsync<DbUpdateException>(() => store.WriteAsync(context => Task.FromResult(context.Runs.Add(Row("run-3", ended: false)))));
    }

    [DatabaseFact]
    public async Task Stored_IsThereAfterReopening()
    {
        using (var store = Open())
        {
            await store.WriteAsync(context => Task.FromResult(context.Projects.Add(Project("one"))));
        }

        using var again = Open();
        Assert.Equal(Sample.Start, (await again.ReadAsync(context => context.Projects.SingleAsync())).CreatedAt);
    }

    [DatabaseFact]
    public async Task Text_OfAnyCharacters_IsStoredAndFound()
    {
        var name = "a\0b\u00e4\U0001F600'\"\\";
        using var store = Open();

        await store.WriteAsync(context => Task.FromResult(context.Projects.Add(Project(name))));

        Assert.Equal(1, await store.ReadAsync(context => context.Projects.CountAsync(row => row.Name == name)));
    }

    [DatabaseFact]
    public async Task Probe_Answers()
    {
        using var store = Open();

        await store.ProbeAsync(CancellationToken.None);
    }

    /// <summary>Adds a project that is called after the number of those before it: twice the same name if two writes overlap.</summary>
    protected static Task CountOnAsync(RegistryStore store) => store.WriteAsync(async context =>
    {
        var before = await context.Projects.CountAsync();
        context.Projects.Add(Project($"p{before}"));
    });

    protected static ProjectRow Project(string name) => new() { Name = name, CreatedAt = Sample.Start };

    private static RunRow Row(string id, bool ended) => new() { RunId = id, Project = "faq", State = "preparing", Ended = ended, Document = "{}" };
}
