using System.Diagnostics;
using System.Globalization;
using System.Text;
using LoraMesh.Contracts;
using LoraMesh.Control;
using LoraMesh.Control.Intake;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Queries;
using LoraMesh.Control.Registry;
using LoraMesh.Hosting;
using LoraMesh.Storage;
using LoraMesh.UnitTests.Control;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LoraMesh.Benchmarks;

/// <summary>What control's database and rules cost a message and a run, by the number of past runs; SQLite, 50 projects, no training.</summary>
internal static class LedgerBenchmark
{
    private const int Projects = 50;
    private const int Runs = 20;

    /// <summary>Prints a line for each number of past runs: medians in milliseconds of wall time.</summary>
    public static async Task RunAsync()
    {
        Console.WriteLine("past runs   drop to run   message   watch round   list of 50   (ms, medians)");
        foreach (var past in new[] { 10, 1_000, 10_000, 100_000 })
        {
            var folder = Directory.CreateTempSubdirectory("loramesh-ledger-").FullName;
            try
            {
                await MeasureAsync(folder, past);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task MeasureAsync(string folder, int past)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddLoraMeshHosting(ControlService.AddControlConsumers);
        builder.Configuration.AddInMemoryCollection([new("Storage:Folder", folder)]);
        builder.AddControl();
        using var host = builder.Build();
        var registry = host.Services.GetRequiredService<RegistryStore>();
        var blobs = host.Services.GetRequiredService<IBlobStore>();
        foreach (var bucket in Buckets.All)
        {
            await blobs.EnsureBucketAsync(bucket);
        }

        await PutAsync(blobs, Buckets.Models, "loramesh-tiny/config.json", "{}");
        var (starts, messages, rounds, lists) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        await OneAsync(host.Services, "first", 0, [], [], []);
        await registry.WriteAsync(context => context.Database.ExecuteSqlRawAsync(Past(past)));
        for (var number = -3; number < Runs; number++)
        {
            // The first ones warm up.
            var keep = number >= 0;
            await OneAsync(host.Services, $"p{Math.Abs(number) % Projects}", number, keep ? starts : [], keep ? messages : [], keep ? rounds : []);
            var views = host.Services.GetRequiredService<LoraMesh.Control.Queries.RunViews>();
            (keep ? lists : []).Add(await TimeAsync(() => views.ListAsync("p1", 50, CancellationToken.None)));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{past,9}   {Median(starts),11:F2}   {Median(messages),7:F2}   {Median(rounds),11:F2}   {Median(lists),10:F2}"));
    }

    private static async Task OneAsync(IServiceProvider services, string project, int number, List<double> starts, List<double> messages, List<double> rounds)
    {
        var (blobs, conductor) = (services.GetRequiredService<IBlobStore>(), services.GetRequiredService<RunConductor>());
        var file = $"{project}/{number}.jsonl";
        await PutAsync(blobs, Buckets.Inbox, file, file);
        var runId = "";
        starts.Add(await TimeAsync(async () =>
        {
            await services.GetRequiredService<Ledger>().ObserveAsync(project, await blobs.ListProjectAsync(project, CancellationToken.None), false, CancellationToken.None);
            runId = await services.GetRequiredService<RunStarter>().StartAsync(project, CancellationToken.None) ?? throw new InvalidOperationException("The run did not start.");
        }));
        var manifest = await blobs.PutJsonAsync(Buckets.Adapters, $"{project}/{runId}/manifest.json", Sample.Manifest(project, runId, "m1"));
        object[] answers = [Sample.Prepared(runId), Sample.Trained(runId, manifest), Sample.Evaluated(runId, promote: false)];
        foreach (var answer in answers)
        {
            messages.Add(await TimeAsync(() => conductor.ApplyAsync(runId, answer, Guid.NewGuid(), "benchmark", CancellationToken.None)));
        }

        rounds.Add(await TimeAsync(() => services.GetRequiredService<JobWatch>().LookAsync(CancellationToken.None)));
    }

    // Copies of the first run and of what it left, spread over the projects; what they announced is sent, their files are gone.
    private static string Past(int count) => string.Create(CultureInfo.InvariantCulture, $"""
        CREATE TEMP TABLE n AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {count}) SELECT i FROM c;
        INSERT INTO Runs (RunId, Project, State, Ended, Version, Document, Stalled) SELECT 'past-' || i, 'p' || (i % {Projects}), State, 1, i, Document, 0 FROM n, (SELECT State, Document FROM Runs LIMIT 1);
        INSERT INTO Jobs (JobId, RunId, Stage, Attempt, StartedAt, IssuedAt, ClosedAt) SELECT JobId || i, 'past-' || i, Stage, 1, StartedAt, IssuedAt, ClosedAt FROM n, (SELECT * FROM Jobs LIMIT 3);
        INSERT INTO Drops (Bucket, Key, ETag, Project, Bytes, SeenAt, Sha256, RunId) SELECT Bucket, 'p' || (i % {Projects}) || '/past' || i, ETag, 'p' || (i % {Projects}), Bytes, SeenAt, i, 'past-' || i FROM n, (SELECT * FROM Drops LIMIT 1);
        INSERT INTO Versions (Project, Version, AdapterId, Adapter, RunId, DatasetId, ModelDigest, BaseFigures, AdapterFigures, Promoted, CreatedAt, RetirePending) SELECT 'p' || (i % {Projects}), i, AdapterId, Adapter, 'past-' || i, DatasetId, ModelDigest, BaseFigures, AdapterFigures, 0, CreatedAt, 0 FROM n, (SELECT * FROM Versions LIMIT 1);
        INSERT INTO Audit (At, Who, What, Project, RunId, Why) SELECT At, Who, What, 'p' || (i % {Projects}), 'past-' || i, Why FROM n, (SELECT * FROM Audit LIMIT 2);
        INSERT INTO Outbox (Id, Lane, RunId, Kind, Target, Body, MessageId, DueAt, SentAt, Failures) SELECT 1000 + i, 'p' || (i % {Projects}), 'past-' || i, Kind, Target, Body, MessageId, DueAt, DueAt, 0 FROM n, (SELECT * FROM Outbox LIMIT 1);
        INSERT INTO Inbox (MessageId, At) SELECT upper(hex(randomblob(16))), 0 FROM n;
        DROP TABLE n;
        """);

    private static async Task PutAsync(IBlobStore blobs, string bucket, string key, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await blobs.PutAsync(bucket, key, content);
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
