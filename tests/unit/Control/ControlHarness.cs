using System.Linq.Expressions;
using System.Text;
using LoraMesh.Contracts;
using LoraMesh.Control;
using LoraMesh.Control.Intake;
using LoraMesh.Control.Outbox;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Queries;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.Hosting;
using LoraMesh.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace LoraMesh.UnitTests.Control;

/// <summary>Control's parts on a folder of its own, a clock that stands still, and loops that only turn when asked to.</summary>
internal sealed class ControlHarness : IDisposable
{
    private readonly IHost _host;
    private readonly bool _ownsFolder;

    public ControlHarness(string? folder = null, IBlobStore? blobs = null, FakeTimeProvider? time = null, Action<IBusRegistrationConfigurator>[]? consumers = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        _ownsFolder = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("loramesh-control-").FullName;
        Time = time ?? new FakeTimeProvider(Sample.Start);
        Blobs = blobs ?? new FolderBlobStore(Path.Combine(Folder, "blobs"));
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton(Blobs);
        builder.AddLoraMeshHosting([ControlService.AddControlConsumers, .. consumers ?? []]);
        builder.Configuration.AddInMemoryCollection([new("Storage:Folder", Folder), .. settings ?? new Dictionary<string, string?>()]);
        builder.AddControl();
        _host = builder.Build();
    }

    public string Folder { get; }

    public FakeTimeProvider Time { get; }

    public IBlobStore Blobs { get; }

    public RegistryStore Registry => Get<RegistryStore>();

    public RunConductor Conductor => Get<RunConductor>();

    public JobWatch Watch => Get<JobWatch>();

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public async Task SeedModelAsync(string name = "loramesh-tiny")
    {
        foreach (var bucket in Buckets.All)
        {
            await Blobs.EnsureBucketAsync(bucket);
        }

        await PutAsync(Buckets.Models, $"{name}/config.json", "{}");
    }

    public Task<BlobRef> DropAsync(string key, string text = "{}") => PutAsync(Buckets.Inbox, key, text);

    public async Task<BlobRef> PutAsync(string bucket, string key, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await Blobs.PutAsync(bucket, key, content);
    }

    /// <summary>One round of the intake, as if the project had been hinted at.</summary>
    public async Task<TimeSpan> LookAsync(string project = "faq")
    {
        Get<IntakeSignal>().Poke(project);
        return await Get<InboxReconciler>().StepAsync(CancellationToken.None);
    }

    /// <summary>Looks, lets the quiet period pass, and looks again.</summary>
    public async Task SettleAsync(string project = "faq")
    {
        await LookAsync(project);
        Time.Advance(TimeSpan.FromSeconds(10));
        await LookAsync(project);
    }

    /// <summary>Drops one file and gives the run that it starts.</summary>
    public async Task<RunView> StartRunAsync(string project = "faq", string file = "a.jsonl")
    {
        await SeedModelAsync();
        await DropAsync($"{project}/{file}", file);
        await SettleAsync(project);
        return (await RunsAsync(project))[0];
    }

    public async Task<IReadOnlyList<RunView>> RunsAsync(string? project = null) =>
        (await Get<RunViews>().ListAsync(project, 100, CancellationToken.None)).Data;

    public async Task<RunView> RunAsync(string runId) => (await Get<RunViews>().FindAsync(runId, CancellationToken.None))!;

    public Task<Transition?> ApplyAsync(string runId, object message, Guid? messageId = null) =>
        Conductor.ApplyAsync(runId, message, messageId, "test", CancellationToken.None);

    /// <summary>The trainer's answer, with a manifest that lies in the store.</summary>
    public async Task<AdapterTrained> TrainedAsync(string project, string runId, string modelDigest = "m1") =>
        Sample.Trained(runId, await Blobs.PutJsonAsync(Buckets.Adapters, $"{project}/a{runId}/manifest.json", Sample.Manifest(project, runId, modelDigest)));

    /// <summary>Takes a run from its dataset to the verdict.</summary>
    public async Task JudgeAsync(RunView run, bool promote, string modelDigest = "m1")
    {
        await ApplyAsync(run.Run, Sample.Prepared(run.Run));
        await ApplyAsync(run.Run, await TrainedAsync(run.Project, run.Run, modelDigest));
        await ApplyAsync(run.Run, Sample.Evaluated(run.Run, promote));
    }

    /// <summary>A run that ended as champion.</summary>
    public async Task<RunView> PromoteRunAsync(string project = "faq", string file = "a.jsonl")
    {
        var run = await StartRunAsync(project, file);
        await JudgeAsync(run, promote: true);
        var judged = await RunAsync(run.Run);
        await ApplyAsync(run.Run, Sample.Deployed(project, judged.Version!.Value));
        return await RunAsync(run.Run);
    }

    /// <summary>What waits in the outbox, in order; the audit trail's archive only where it is asked for.</summary>
    public Task<List<OutboxRow>> OutboxAsync(bool archive = false) =>
        Registry.ReadAsync(context => context.Outbox.Where(row => row.SentAt == null && (archive || row.Lane != AuditArchive.Folder)).OrderBy(row => row.Id).ToListAsync());

    /// <summary>Messages of one type that wait in the outbox, in order.</summary>
    public async Task<IReadOnlyList<T>> WaitingAsync<T>() =>
        [.. (await OutboxAsync()).Where(row => row.Kind == OutboxRow.Publish && row.Target == typeof(T).Name).Select(row => (T)OutboxMessages.Read(row.Target, row.Body))];

    /// <summary>Marks what waits in the outbox as published, as the dispatcher does.</summary>
    public Task SentAsync(Expression<Func<OutboxRow, bool>>? which = null) => Registry.WriteAsync(context =>
        context.Outbox.Where(which ?? (_ => true)).ExecuteUpdateAsync(rows => rows.SetProperty(row => row.SentAt, Time.GetUtcNow())));

    public Task<List<AuditRow>> AuditAsync() => Registry.ReadAsync(context => context.Audit.OrderBy(row => row.Id).ToListAsync());

    public void Dispose()
    {
        _host.Dispose();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
