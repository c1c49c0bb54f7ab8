using LoraMesh.Contracts;
using LoraMesh.Storage;
using MassTransit;

namespace LoraMesh.UnitTests.Control.Api;

/// <summary>Stands in for the four worker services: answers each command as they would, with blobs that exist.</summary>
internal sealed class InstantWorkers(IBlobStore blobs) : IConsumer<PrepareDataset>, IConsumer<TrainAdapter>, IConsumer<EvaluateAdapter>, IConsumer<AdapterPromoted>
{
    public async Task Consume(ConsumeContext<PrepareDataset> context)
    {
        var command = context.Message;
        var report = await blobs.PutJsonAsync(Buckets.Datasets, $"{command.RunId}/report.json", new DataReport { RowsRead = 103, RowsKept = 100, Duplicates = 0, ProblemCounts = new Dictionary<string, int> { ["missing_field"] = 3 }, Problems = [] });
        var split = new DatasetSplit { Rows = 1, Tokens = 1, SupervisedTokens = 1, Text = report, Shard = report };
        var manifest = new DatasetManifest { DatasetId = "d", Project = command.Project, PrepVersion = "1", Model = new ModelRef { Name = "m", Digest = "m1", Files = [] }, Inputs = command.Inputs, Train = split, Test = split, Report = report };
        await context.Publish(Sample.Prepared(command.RunId) with { Manifest = await blobs.PutJsonAsync(Buckets.Datasets, $"{command.RunId}/manifest.json", manifest) });
    }

    public async Task Consume(ConsumeContext<TrainAdapter> context)
    {
        var command = context.Message;
        await context.Publish(new TrainingProgressed { JobId = command.JobId, RunId = command.RunId, Step = 5, TotalSteps = 10, Loss = 0.7, LearningRate = 0.001, TokensPerSecond = 1000, SecondsLeft = 3, CheckpointStep = 4 });
        var manifest = await blobs.PutJsonAsync(Buckets.Adapters, $"{command.Project}/a{command.RunId}/manifest.json", Sample.Manifest(command.Project, command.RunId, "m1"));
        await context.Publish(Sample.Trained(command.RunId, manifest));
    }

    public async Task Consume(ConsumeContext<EvaluateAdapter> context)
    {
        var command = context.Message;
        var verdict = Sample.Evaluated(command.RunId, promote: true);
        var report = new EvaluationReport { Promote = true, Reason = verdict.Reason, Base = verdict.Base, Candidate = verdict.Candidate, LogitDifference = 0.5, Rows = [] };
        await context.Publish(verdict with { Report = await blobs.PutJsonAsync(Buckets.Adapters, $"{command.Project}/a{command.RunId}/evaluation.json", report) });
    }

    public Task Consume(ConsumeContext<AdapterPromoted> context) => context.Publish(Sample.Deployed(context.Message.Project, context.Message.Version));
}
