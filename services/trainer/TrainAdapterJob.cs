using System.Threading.Channels;
using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Hosting.Provenance;
using LoraMesh.Model;
using LoraMesh.Provenance;
using LoraMesh.Storage;
using LoraMesh.Trainer.Checkpoints;
using LoraMesh.Trainer.Publishing;
using LoraMesh.Trainer.Training;
using Microsoft.Extensions.Options;

namespace LoraMesh.Trainer;

/// <summary>Fetches dataset and base model, trains with checkpoints, and publishes the adapter.</summary>
public sealed class TrainAdapterJob(IBlobStore store, LocalBlobCache cache, IOptions<TrainerOptions> options, AdapterSigner signer, AdapterTrust trust, ComputeTurn turn, SharedBases bases, TimeProvider clock, ILogger<TrainAdapterJob> logger)
    : IJob<TrainAdapter>
{
    private readonly AdapterPublisher _publisher = new(store, signer);

    /// <inheritdoc/>
    public JobIdentity Identify(TrainAdapter command) => new(command.RunId, command.JobId, command.Attempt);

    /// <inheritdoc/>
    public object Fail(TrainAdapter command, string code, string reason) =>
        new TrainingFailed { JobId = command.JobId, RunId = command.RunId, Code = code, Reason = reason };

    /// <inheritdoc/>
    public async Task<object> RunAsync(TrainAdapter command, JobContext context, CancellationToken cancellationToken)
    {
        var config = (await store.ReadJsonAsync<ProjectConfig>(command.Config, cancellationToken)).Training;
        var dataset = await store.ReadJsonAsync<DatasetManifest>(command.Dataset, cancellationToken);
        var start = config.AdapterNameOrPath == "champion" && command.Champion is { } champion ? await store.ReadJsonAsync<AdapterManifest>(champion, cancellationToken) : null;
        if (start is not null && start.Model.Digest != dataset.Model.Digest)
        {
            return Fail(command, "champion_of_another_base", $"training.adapter_name_or_path is champion, but the champion {start.AdapterId} was trained on base model '{start.Model.Name}' ({start.Model.Digest}) and this dataset is for '{dataset.Model.Name}' ({dataset.Model.Digest}). Remove adapter_name_or_path to begin afresh on the new base, or set model back.");
        }

        var adapterId = AdapterIdentity.Of(dataset.DatasetId, dataset.Model.Digest, config, start?.AdapterId);
        var checkpoints = new CheckpointStore(store, cache, command.RunId, adapterId, context.Fence);
        var found = await checkpoints.FindAsync(cancellationToken);
        if (await _publisher.FindAsync(command.Project, adapterId, cancellationToken) is { } published)
        {
            logger.AlreadyTrained(command.RunId, adapterId);
            return Announce(command, adapterId, published, found?.State.Step ?? 0, LastLoss(found?.Metrics));
        }

        try
        {
            return await TrainAsync(command, context, config, dataset, start, adapterId, checkpoints, found, cancellationToken);
        }
        catch (TrainingFailedException problem)
        {
            return Fail(command, problem.Code, problem.Message);
        }
        catch (SignatureRefusedException problem)
        {
            return Fail(command, "untrusted_adapter", $"The champion that training was to go on from is refused ({problem.Code}): {problem.Message}");
        }
        catch (UnsupportedModelException problem)
        {
            return Fail(command, "unsupported_model", problem.Message);
        }
    }

    private async Task<object> TrainAsync(
        TrainAdapter command, JobContext context, TrainingConfig config, DatasetManifest dataset, AdapterManifest? start, string adapterId,
        CheckpointStore checkpoints, (TrainingState State, IReadOnlyList<string> Metrics)? found, CancellationToken cancellationToken)
    {
        var model = await cache.FetchFolderAsync(dataset.Model.Files, $"{dataset.Model.Name}/", cancellationToken);
        var shard = TokenShard.ReadAll(await cache.FetchAllAsync(dataset.Train.Shards(), cancellationToken));
        var initialAdapter = start is null ? null : await cache.FetchFolderAsync(start.Files, $"{start.Project}/{start.AdapterId}/", cancellationToken);
        if (start is not null)
        {
            await trust.CheckAsync(start, initialAdapter!, cancellationToken);
        }

        logger.Starting(command.RunId, adapterId, found?.State.Step ?? 0);

        // Room for one report: the reader takes the newest, and training never waits for it.
        var reports = Channel.CreateBounded<TrainingProgressed>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var publishing = PublishAsync(reports.Reader, context, cancellationToken);
        var thread = new TrainingThread(command, config, checkpoints, reports.Writer, clock, options.Value, turn, bases);
        TrainingResult result;
        try
        {
            result = await thread.RunAsync(model, shard, dataset.Model.Name, initialAdapter, found, cancellationToken);
        }
        finally
        {
            reports.Writer.Complete();
            await publishing;
        }

        try
        {
            await File.WriteAllTextAsync(Path.Combine(result.Folder, "README.md"), Card(command.Project, dataset, config, result), cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(result.Folder, LossCurve.FileName), LossCurve.Write([.. result.Metrics.Select(StepReport.LossOf)]), cancellationToken);
            await PutMetricsAsync(command.RunId, result.Metrics, cancellationToken);
            var draft = new AdapterManifest
            {
                AdapterId = adapterId,
                Project = command.Project,
                DatasetId = dataset.DatasetId,
                Model = dataset.Model,
                ChatTemplateSha256 = ChatTemplateDigest.OfFolder(model),
                Files = [],
            };
            var manifest = await _publisher.PutAsync(result.Folder, draft, cancellationToken);
            logger.Trained(command.RunId, adapterId, result.Steps, result.Loss);
            foreach (var warning in result.Preflight.Warnings)
            {
                logger.Odd(command.RunId, warning);
            }

            return Announce(command, adapterId, manifest, result.Steps, result.Loss) with
            {
                Tokens = result.Preflight.Tokens,
                SupervisedTokens = result.Preflight.SupervisedTokens,
                Warnings = result.Preflight.Warnings,
                EnergyJoules = result.EnergyJoules,
            };
        }
        finally
        {
            Directory.Delete(result.Folder, recursive: true);
        }
    }

    private static string Card(string project, DatasetManifest dataset, TrainingConfig config, TrainingResult result) => AdapterCard.Write(
        project,
        dataset.Model.Name,
        $"digest `{dataset.Model.Digest}`, trained by LoraMesh on dataset `{dataset.DatasetId}`: {dataset.Train.Rows} rows, {dataset.Train.SupervisedTokens} supervised tokens.",
        config,
        result.Steps,
        result.Loss,
        result.Best);

    private async Task PutMetricsAsync(string runId, IReadOnlyList<string> metrics, CancellationToken cancellationToken)
    {
        using var lines = new MemoryStream();
        await using (var writer = new StreamWriter(lines, leaveOpen: true) { NewLine = "\n" })
        {
            foreach (var line in metrics)
            {
                await writer.WriteLineAsync(line);
            }
        }

        lines.Position = 0;
        await store.PutAsync(Buckets.Runs, $"{runId}/metrics.jsonl", lines, default, cancellationToken);
    }

    private static async Task PublishAsync(ChannelReader<TrainingProgressed> reports, JobContext context, CancellationToken cancellationToken)
    {
        await foreach (var report in reports.ReadAllAsync(CancellationToken.None))
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                await context.Publisher.Publish(report, CancellationToken.None);
            }
        }
    }

    private static double LastLoss(IReadOnlyList<string>? metrics) => metrics is { Count: > 0 } ? StepReport.LossOf(metrics[^1]) : 0;

    private static AdapterTrained Announce(TrainAdapter command, string adapterId, BlobRef manifest, int steps, double loss) => new()
    {
        JobId = command.JobId,
        RunId = command.RunId,
        AdapterId = adapterId,
        Adapter = manifest,
        Steps = steps,
        FinalLoss = loss,
    };
}
