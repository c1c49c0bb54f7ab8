using LoraMesh.Contracts;
using LoraMesh.Evaluator;
using LoraMesh.Evaluator.Hooks;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Hosting.Provenance;
using LoraMesh.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LoraMesh.NumericsTests.Evaluator;

public sealed class EvaluateAdapterJobTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loramesh-evaluate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Command_OfARunThatWasEvaluated_IsAnsweredWithItsReport_WithoutAskingAnyModel()
    {
        var store = new FolderBlobStore(Path.Combine(_folder, "store"));
        var cache = new LocalBlobCache(store, Path.Combine(_folder, "cache"), 1_000_000, TimeProvider.System);
        await store.EnsureBucketAsync(Buckets.Runs);
        var report = Reports.Counted(4, candidateRight: 3, baseRight: 1) with { Promote = true, Decision = "promote", Reason = "better" };
        var stored = await store.PutJsonAsync(Buckets.Runs, "run-1/evaluation.json", report);
        var nowhere = new BlobRef { Bucket = Buckets.Runs, Key = "nowhere", Sha256 = new string('0', 64), Bytes = 1 };
        var command = new EvaluateAdapter { JobId = "run-1-evaluate", RunId = "run-1", Project = "faq", Attempt = 2, Candidate = nowhere, Dataset = nowhere, Config = nowhere };
        using var hooks = new MetricHooks(Options.Create(new EvaluatorOptions()));
        var job = new EvaluateAdapterJob(store, cache, Options.Create(new EvaluatorOptions()), new AdapterTrust(store, Options.Create(new ProvenanceOptions())), hooks, TimeProvider.System, NullLogger<EvaluateAdapterJob>.Instance);

        var answer = Assert.IsType<AdapterEvaluated>(await job.RunAsync(command, new JobContext(job.Identify(command), 2, null!), default));

        Assert.Equal(("run-1-evaluate", true, "promote", "better", stored.Sha256), (answer.JobId, answer.Promote, answer.Decision, answer.Reason, answer.Report.Sha256));
    }
}
