using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Cleaning.Toxicity;
using LoraMesh.DatasetPrep.Reading;
using LoraMesh.DatasetPrep.Storing;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Storage;
using Microsoft.Extensions.Options;

namespace LoraMesh.DatasetPrep;

/// <summary>Fetches the drops and the tokenizer, has the dataset built, and stores what came of it.</summary>
public sealed class PrepareDatasetJob(
    IBlobStore store, ModelCatalog models, LocalBlobCache cache, IOptions<DatasetPrepOptions> options, TimeProvider clock, ILogger<PrepareDatasetJob> logger)
    : IJob<PrepareDataset>
{
    private readonly ToxicitySettings? _toxicity = ToxicitySettings.Read(options.Value.ToxicityHook, options.Value.ToxicityTimeLimit);
    private readonly DatasetStore _datasets = new(store);
    private readonly Quarantine _quarantine = new(store);

    /// <inheritdoc/>
    public JobIdentity Identify(PrepareDataset command) => new(command.RunId, command.JobId, command.Attempt);

    /// <inheritdoc/>
    public object Fail(PrepareDataset command, string code, string reason) => Reject(command, code, reason);

    /// <inheritdoc/>
    public async Task<object> RunAsync(PrepareDataset command, JobContext context, CancellationToken cancellationToken)
    {
        var config = await store.ReadJsonAsync<ProjectConfig>(command.Config, cancellationToken);
        if (PrepSettings.Problem(config, classifies: _toxicity is not null) is { } problem)
        {
            return Reject(command, "invalid_config", $"{problem} Correct project.yaml and drop it again.");
        }

        try
        {
            return await BaseModelFolder.FetchAsync(models, cache, config.Model, cancellationToken) is { } model
                ? await PrepareAsync(command, config, model, cancellationToken)
                : Reject(command, "model_not_found", $"There is no base model '{config.Model}' in {Buckets.Models}; upload its folder there, or name another one as model in project.yaml.");
        }
        catch (ModelRefusedException error)
        {
            return Reject(command, "model_refused", error.Message);
        }
        catch (BaseModelException error)
        {
            return Reject(command, "model_unusable", $"{error.Message} The model is '{config.Model}' in {Buckets.Models}.");
        }
    }

    private async Task<object> PrepareAsync(PrepareDataset command, ProjectConfig config, BaseModelFolder model, CancellationToken cancellationToken)
    {
        var hashed = command.Inputs.Select(input => new HashedName(InputNames.Relative(command.Project, input.Key), input.Sha256));
        var datasetId = DatasetIdentity.Of(hashed, config, model.Model, _toxicity);
        if (await _datasets.FindAsync(command.Project, datasetId, cancellationToken) is { } found)
        {
            logger.Found(command.RunId, datasetId);
            return Announce(command, found);
        }

        List<PrepInput> inputs;
        try
        {
            inputs = await FetchInputsAsync(command, config.Prep, cancellationToken);
        }
        catch (BlobIntegrityException error)
        {
            return Reject(command, "input_changed", $"{error.Message} It was replaced or removed after the run began; drop it again.");
        }

        using var scratch = new ScratchFolder(options.Value.ScratchFolder, command.JobId, clock);
        var outcome = await Task.Run(() => DatasetBuilder.Build(inputs, model.Path, config, scratch.Path, new BuildOptions { Clock = clock, Toxicity = _toxicity }, cancellationToken), cancellationToken);
        if (outcome.Rejection is { } rejection)
        {
            var report = await _quarantine.PutRejectedAsync(command, config.Prep.MaxFileBytes, outcome, cancellationToken);
            return Reject(command, rejection.Code, rejection.Reason, report);
        }

        await _quarantine.PutRefusedRowsAsync(command, outcome, cancellationToken);
        var stored = await _datasets.PutAsync(command.Project, datasetId, model.Model, command.Inputs, config, outcome, cancellationToken);
        logger.Prepared(command.RunId, datasetId, stored.Manifest.Train.Rows, stored.Manifest.Test.Rows, stored.RejectedRows, stored.Report.Duplicates);
        return Announce(command, stored);
    }

    private async Task<List<PrepInput>> FetchInputsAsync(PrepareDataset command, PrepConfig config, CancellationToken cancellationToken)
    {
        var inputs = new List<PrepInput>(command.Inputs.Count);
        foreach (var input in command.Inputs)
        {
            var name = InputNames.Relative(command.Project, input.Key);
            var known = new PrepInput(name, string.Empty, input.Bytes);
            inputs.Add(InputGate.Check(known, config) is null ? known with { Path = await cache.FetchAsync(input, cancellationToken) } : known);
        }

        return inputs;
    }

    private static DatasetPrepared Announce(PrepareDataset command, StoredDataset dataset) => new()
    {
        JobId = command.JobId,
        RunId = command.RunId,
        DatasetId = dataset.Manifest.DatasetId,
        Manifest = dataset.Reference,
        TrainRows = dataset.Manifest.Train.Rows,
        TestRows = dataset.Manifest.Test.Rows,
        RejectedRows = dataset.RejectedRows,
    };

    private DatasetRejected Reject(PrepareDataset command, string code, string reason, BlobRef? report = null)
    {
        logger.Rejected(command.RunId, code, reason);
        return new DatasetRejected { JobId = command.JobId, RunId = command.RunId, Code = code, Reason = reason, Report = report };
    }
}
