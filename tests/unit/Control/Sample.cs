using LoraMesh.Contracts;

namespace LoraMesh.UnitTests.Control;

/// <summary>Messages as the workers send them, for a run whose id is known.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static BlobRef Blob(string bucket, string key) => new() { Bucket = bucket, Key = key, Sha256 = new string('a', 64), Bytes = 10 };

    public static Figures Figures(double exactMatch) => new() { Loss = 1.5 - exactMatch, ExactMatch = exactMatch, ExactMatchStderr = 0.05, Rows = 40 };

    public static DatasetPrepared Prepared(string runId) => new()
    {
        JobId = $"{runId}-prepare",
        RunId = runId,
        DatasetId = "d" + runId,
        Manifest = Blob(Buckets.Datasets, $"p/{runId}/manifest.json"),
        TrainRows = 80,
        TestRows = 20,
        RejectedRows = 3,
    };

    public static DatasetRejected Rejected(string runId) => new() { JobId = $"{runId}-prepare", RunId = runId, Code = "too_few_rows", Reason = "Only 3 good rows." };

    public static AdapterTrained Trained(string runId, BlobRef? adapter = null) => new()
    {
        JobId = $"{runId}-train",
        RunId = runId,
        AdapterId = "a" + runId,
        Adapter = adapter ?? Blob(Buckets.Adapters, $"p/{runId}/manifest.json"),
        Steps = 100,
        FinalLoss = 0.2,
    };

    public static TrainingFailed TrainingFailed(string runId) => new() { JobId = $"{runId}-train", RunId = runId, Code = "loss_not_finite", Reason = "The loss became NaN in step 7." };

    public static AdapterEvaluated Evaluated(string runId, bool promote) => new()
    {
        JobId = $"{runId}-evaluate",
        RunId = runId,
        Promote = promote,
        Reason = promote ? "Exact match 0.9 against 0.1 of the base." : "Exact match 0.1 against 0.1 of the base.",
        Base = Figures(0.1),
        Candidate = Figures(promote ? 0.9 : 0.1),
        Report = Blob(Buckets.Adapters, $"p/{runId}/evaluation.json"),
    };

    public static EvaluationFailed EvaluationFailed(string runId) => new() { JobId = $"{runId}-evaluate", RunId = runId, Code = "adapter_not_applied", Reason = "Logits are those of the base." };

    public static AdapterDeployed Deployed(string project, int version) => new() { Project = project, Version = version, Replica = "one" };

    public static AdapterManifest Manifest(string project, string runId, string modelDigest) => new()
    {
        AdapterId = "a" + runId,
        Project = project,
        DatasetId = "d" + runId,
        Model = new ModelRef { Name = "loramesh-tiny", Digest = modelDigest, Files = [] },
        ChatTemplateSha256 = new string('c', 64),
        Files = [],
    };
}
