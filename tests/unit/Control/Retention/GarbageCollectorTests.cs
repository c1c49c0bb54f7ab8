using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Queries;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.Control.Retention;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace LoraMesh.UnitTests.Control.Retention;

public sealed class GarbageCollectorTests : IDisposable
{
    private const int Runs = 1000;
    private const int KeptVersions = 3;

    private static readonly byte[] Bytes = [1, 2, 3];

    private readonly FakeTimeProvider _time = new(Sample.Start);
    private readonly MemoryBlobStore _blobs;
    private readonly ControlHarness _control;
    private readonly HashSet<string> _expected = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(int Version, string[] Blobs)>> _versions = [];

    public GarbageCollectorTests()
    {
        _blobs = new MemoryBlobStore(_time);
        _control = new ControlHarness(blobs: _blobs, time: _time, settings: new Dictionary<string, string?> { ["Retention:KeepVersions"] = $"{KeptVersions}" });
    }

    [Fact]
    public async Task Collect_AfterAThousandRunsWithCancelsAndCrashes_LeavesNoOrphanAndNothingReferencedIsLost()
    {
        await PlayAsync();
        _time.Advance(TimeSpan.FromDays(2));
        await YoungAsync();

        var dry = await CollectAsync(dryRun: true);
        var before = _blobs.Keys;
        var report = await CollectAsync(dryRun: false);

        Assert.Equal((dry.Blobs, dry.Bytes, dry.Kept, dry.Spared), (report.Blobs, report.Bytes, report.Kept, report.Spared));
        Assert.Equal(before.Count - report.Blobs, _blobs.Keys.Count);
        Assert.Empty(_blobs.Keys.Except(_expected).Order(StringComparer.Ordinal)); // orphans
        Assert.Empty(_expected.Except(_blobs.Keys).Order(StringComparer.Ordinal)); // lost
        Assert.InRange(report.Blobs, Runs, long.MaxValue);
        Assert.Equal(0, (await CollectAsync(dryRun: false)).Blobs);
    }

    [Fact]
    public async Task Collect_VersionThatIsNotKept_CannotBePromotedAnyMore()
    {
        await PlayAsync(runs: 60, projects: 1);
        _time.Advance(TimeSpan.FromDays(2));
        await CollectAsync(dryRun: false);

        var collected = (await _control.Get<RunViews>().AdaptersAsync("p0", CancellationToken.None)).Data.Where(adapter => adapter.CollectedAt is not null).ToList();
        Assert.NotEmpty(collected);
        Assert.All(collected, adapter => Assert.Empty(adapter.Aliases));
        Assert.Equal(PromotionProblem.IsCollected, await _control.Get<ManualPromotion>().PromoteAsync("p0", collected[0].Version, "", "anna", CancellationToken.None));
        Assert.False(await _control.Get<VersionLabels>().SetAliasAsync("p0", "canary", collected[0].Version, "anna", CancellationToken.None));
    }

    public void Dispose() => _control.Dispose();

    private async Task<GarbageReport> CollectAsync(bool dryRun) => (await _control.Get<GarbageCollector>().CollectAsync(dryRun, "test", CancellationToken.None))!;

    /// <summary>Runs end at every stage in every way; what each leaves behind is noted where it must stay.</summary>
    private async Task PlayAsync(int runs = Runs, int projects = 20)
    {
        var random = new Random(7);
        var champions = new Dictionary<string, AdapterAlias>();
        foreach (var chunk in Enumerable.Range(0, runs).Chunk(50))
        {
            await _control.Registry.WriteAsync(async context =>
            {
                foreach (var number in chunk)
                {
                    await PlayAsync(context, $"run-{number:x12}", $"p{number % projects}", random, champions);
                }
            });
            _time.Advance(TimeSpan.FromMinutes(10));
        }

        foreach (var (project, versions) in _versions)
        {
            var aliased = await _control.Registry.ReadAsync(context => context.Aliases.Where(row => row.Project == project).ToListAsync());
            var held = await _control.Registry.ReadAsync(context => context.Runs.Where(row => row.Project == project && row.State == RunStates.Held).Select(row => row.Version).ToListAsync());
            foreach (var (version, blobs) in versions.OrderByDescending(entry => entry.Version).Select((entry, age) => (entry, age)).Where(entry => entry.age < KeptVersions || entry.entry.Version == 1 || aliased.Any(alias => alias.Version == entry.entry.Version) || held.Contains(entry.entry.Version)).Select(entry => entry.entry))
            {
                _expected.UnionWith(blobs);
            }

            // The first version of each project is kept by hand, an alias is set by hand, and one's object has lost its row.
            await _control.Get<VersionLabels>().SetTagAsync(project, 1, VersionTagRow.Keep, "yes", "anna", CancellationToken.None);
            foreach (var alias in aliased)
            {
                Write(Buckets.Adapters, $"{project}/aliases/{alias.Name}.json", stays: true);
            }

            Write(Buckets.Adapters, $"{project}/aliases/forgotten.json", stays: false);
        }

        // What belongs to nobody in the registry: a run whose start was not stored, an adapter and a dataset likewise.
        Write(Buckets.Runs, "run-ffffffffffff/project.json", stays: false);
        Write(Buckets.Adapters, "p0/stranger/adapter_model.safetensors", stays: false);
        Write(Buckets.Datasets, "p0/stranger/train.jsonl", stays: false);

        // And what is people's own.
        Write(Buckets.Inbox, "p0/a.jsonl", stays: true);
        Write(Buckets.Models, "tiny/config.json", stays: true);
        Write(Buckets.Quarantine, "p0/run-000000000001/report.json", stays: true);
    }

    private async Task PlayAsync(RegistryContext context, string id, string project, Random random, Dictionary<string, AdapterAlias> champions)
    {
        var config = Write(Buckets.Runs, $"{id}/project.json", stays: true);
        var started = RunStateMachine.Start(id, project, [Sample.Blob(Buckets.Inbox, $"{project}/a")], config, _time.GetUtcNow());
        await context.AddRunAsync(started, "test", CancellationToken.None);
        await context.SaveChangesAsync();
        var row = await context.Runs.SingleAsync(run => run.RunId == id);
        var end = random.Next(9);

        // Crashed in preparing with half of the files written, then given up; or cancelled.
        string[] dataset = ["train.jsonl", "train.safetensors", "test.jsonl", "test.safetensors", "report.json", "manifest.json"];
        if (end <= 1)
        {
            WriteAll(Buckets.Datasets, $"{project}/d{id}", dataset.Take(3));
            Write(Buckets.Runs, $"{id}/jobs/{id}-prepare.lease.json", stays: false);
            await ApplyAsync(context, row, end == 0 ? Sample.Rejected(id) : new CancelRun("enough"));
            return;
        }

        var data = WriteAll(Buckets.Datasets, $"{project}/d{id}", dataset);
        await ApplyAsync(context, row, Sample.Prepared(id));
        WriteAll(Buckets.Runs, id, ["checkpoints/pointer.json", "checkpoints/step-10.safetensors", $"jobs/{id}-train.lease.json"]);
        if (end <= 3)
        {
            WriteAll(Buckets.Adapters, $"{project}/a{id}", end == 2 ? ["adapter_model.safetensors"] : []);
            await ApplyAsync(context, row, end == 2 ? new DeadlinePassed($"{id}-train", TimeSpan.FromDays(1)) : new CancelRun("enough"));
            return;
        }

        var adapter = WriteAll(Buckets.Adapters, $"{project}/a{id}", ["adapter_config.json", "adapter_model.safetensors", "bom.cdx.json", "manifest.json", "model.sig"]);
        Write(Buckets.Runs, $"{id}/metrics.jsonl", stays: true);
        await ApplyAsync(context, row, Sample.Trained(id));
        if (end == 4)
        {
            await ApplyAsync(context, row, Sample.EvaluationFailed(id));
            return;
        }

        Write(Buckets.Runs, $"{id}/evaluation.json", stays: true);
        champions.TryGetValue(project, out var champion);
        var versions = _versions.TryGetValue(project, out var known) ? known : _versions[project] = [];
        var verdict = Sample.Evaluated(id, promote: end >= 7) with { Decision = end == 6 && random.Next(10) == 0 ? GateDecision.Hold : null };
        var judged = await ApplyAsync(context, row, verdict, new RunFacts(_time.GetUtcNow(), versions.Count + 1, champion));
        versions.Add((judged.Version!.Value, [.. data, .. adapter]));
        if (end >= 7)
        {
            champions[project] = new AdapterAlias { Project = project, Version = judged.Version.Value, AdapterId = "a" + id, Adapter = Sample.Blob(Buckets.Adapters, "x") };
            await ApplyAsync(context, row, Sample.Deployed(project, judged.Version.Value));
        }
    }

    private async Task<Run> ApplyAsync(RegistryContext context, RunRow row, object message, RunFacts? facts = null)
    {
        var transition = RunStateMachine.Apply(TransitionWriter.Read(row), message, facts ?? new RunFacts(_time.GetUtcNow(), CandidateModelDigest: "m1"));
        Assert.Null(transition.Ignored);
        await context.StoreAsync(row, transition, "test", CancellationToken.None);
        await context.SaveChangesAsync();
        return transition.Run;
    }

    /// <summary>An open run with blobs of the project that look like orphans, and blobs that are too young.</summary>
    private async Task YoungAsync()
    {
        foreach (var key in new[] { $"{Buckets.Datasets}/busy/d1/train.jsonl", $"{Buckets.Adapters}/busy/a1/adapter_model.safetensors", $"{Buckets.Runs}/run-eeeeeeeeeeee/project.json", $"{Buckets.Runs}/run-eeeeeeeeeeee/checkpoints/pointer.json" })
        {
            var slash = key.IndexOf('/', StringComparison.Ordinal);
            Write(key[..slash], key[(slash + 1)..], stays: true);
        }

        _time.Advance(TimeSpan.FromDays(3));
        var started = RunStateMachine.Start("run-eeeeeeeeeeee", "busy", [], Sample.Blob(Buckets.Runs, "run-eeeeeeeeeeee/project.json"), _time.GetUtcNow());
        await _control.Registry.WriteAsync(context => context.AddRunAsync(started, "test", CancellationToken.None));
        Write(Buckets.Adapters, "p1/fresh/adapter_model.safetensors", stays: true);
        Write(Buckets.Runs, "run-dddddddddddd/project.json", stays: true);
    }

    private string[] WriteAll(string bucket, string folder, IEnumerable<string> names) => [.. names.Select(name =>
    {
        Write(bucket, $"{folder}/{name}", stays: false);
        return $"{bucket}/{folder}/{name}";
    })];

    private BlobRef Write(string bucket, string key, bool stays)
    {
        if (stays)
        {
            _expected.Add($"{bucket}/{key}");
        }

        return _blobs.Put(bucket, key, Bytes);
    }
}
