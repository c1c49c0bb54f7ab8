using LoraMesh.Contracts;
using LoraMesh.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraMesh.Trainer.Training;

/// <summary>
/// One training on local files, from a fresh, a given or a half-trained adapter to the last step. Synchronous: give it a
/// thread of its own. On one machine the same inputs give the same numbers, interrupted or not.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    private const int SampleTokens = 256;

    private readonly TrainingConfig _config;
    private readonly TrainingData _data;
    private readonly SharedBases.Lease _base;
    private readonly CausalLm _model;
    private readonly LoraAdapter _adapter;
    private readonly AdamW _optimizer;
    private readonly BatchPlan _plan;
    private readonly LearningRateSchedule _schedule;
    private readonly Retreat _retreat;
    private readonly Selection _selection;

    /// <summary>Loads the base model and makes or restores the adapter.</summary>
    /// <param name="modelFolder">Base model as a Hugging Face folder.</param>
    /// <param name="data">What to train on.</param>
    /// <param name="config">How to train.</param>
    /// <param name="baseModelName">Name to write into <c>adapter_config.json</c>.</param>
    /// <param name="resumeFrom">State to go on from, or null to begin.</param>
    /// <param name="initialAdapter">PEFT folder to begin with, whose variant and dropout count then; null for a fresh adapter.</param>
    /// <param name="memoryBytes">Bytes that this process may take; null for what is free.</param>
    /// <param name="bases">Base models that are shared with other trainings; null where there are none.</param>
    /// <exception cref="TrainingFailedException">Nothing here can be trained on.</exception>
    public TrainingRun(string modelFolder, TrainingData data, TrainingConfig config, string baseModelName, TrainingState? resumeFrom = null, string? initialAdapter = null, long? memoryBytes = null, SharedBases? bases = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(config);
        (_config, _data) = (config, data);
        if (data.Items == 0 || !data.IsSupervised)
        {
            throw new TrainingFailedException("no_supervised_tokens", $"None of the {data.Items} items to train on has a token that carries loss. Every row needs an answer.");
        }

        _plan = new BatchPlan(data.Items, data.ItemsPerMicroBatch, config);
        _schedule = Recipe.Schedule(config, _plan.TotalSteps);
        _retreat = new Retreat(_plan.TotalSteps);
        _selection = new Selection(config, _plan.StepsPerEpoch, _plan.TotalSteps);
        _base = (bases ?? new SharedBases()).Take(modelFolder, config.Bf16 ? MatmulPrecision.BFloat16 : MatmulPrecision.Exact, Recipe.Quantization(config));
        _model = _base.Model;
        try
        {
            if (data.HighestId >= _model.Config.VocabSize)
            {
                throw new TrainingFailedException("id_outside_of_vocabulary", $"The data have the token id {data.HighestId}; the model's vocabulary ends at {_model.Config.VocabSize - 1}. Tokenize them with this model's tokenizer.");
            }

            var resident = MachineMemory.Resident;
            _adapter = Recipe.Adapter(config, _model, baseModelName, initialAdapter);
            Preflight = data.Look().Judge(config, _model, _adapter, _plan.TotalSteps);
            Memory = MemoryPlan.Make(config, _model, _adapter, data, resident, memoryBytes ?? MachineMemory.Budget(), resumeFrom?.Split ?? 1);
            _optimizer = new AdamW(_adapter.Parameters, _adapter.Gradients!, config.AdamBeta1, config.AdamBeta2, config.AdamEpsilon, config.WeightDecay, Recipe.Rates(config, _adapter));
            if (resumeFrom is not null)
            {
                Resume(resumeFrom);
            }
        }
        catch
        {
            _optimizer?.Dispose();
            _adapter?.Dispose();
            _base.Dispose();
            throw;
        }
    }

    /// <summary>What is seen of data and settings before the first step.</summary>
    public Preflight Preflight { get; }

    /// <summary>Floating-point operations that a token takes.</summary>
    public double OperationsPerToken => MatmulPeak.OperationsPerToken(_model, _adapter);

    /// <summary>How the training is fitted into memory.</summary>
    public MemoryPlan Memory { get; }

    /// <summary>Optimiser steps done.</summary>
    public int Step => _optimizer.Steps;

    /// <summary>Optimiser steps in all.</summary>
    public int TotalSteps => _plan.TotalSteps;

    /// <summary>Whether no step is left to do.</summary>
    public bool IsDone => Step >= TotalSteps || _selection.EndsEarly;

    /// <summary>The best measurement of held-out rows; null where there is none.</summary>
    public BestState? Best => _selection.Best;

    /// <summary>
    /// Does the next optimiser step. Where its figures are no numbers, the training goes back to an earlier step, once, and on
    /// from there with lower rates.
    /// </summary>
    /// <param name="cancellationToken">Ends the step between two layers; the training then stands before it.</param>
    /// <exception cref="TrainingFailedException">Loss or gradient are no numbers, and going back did not help.</exception>
    public StepReport Next(CancellationToken cancellationToken = default)
    {
        var step = _optimizer.Steps;
        var point = _retreat.IsPoint(step) ? Moment() : null;
        var micros = _plan.Step(step);
        var total = micros.Sum(micro => _data.Count(micro));
        _adapter.ZeroGradients();
        var reports = total == 0 ? [] : micros.Select((micro, index) => _data.AddGradients(_model, _adapter, micro, total, _config, Memory.Split, part => Options(step, index, part, cancellationToken))).ToList();
        var loss = reports.Sum(report => report.Loss);
        var norm = SftObjective.ClipGradients(_adapter.Gradients!, _config.MaxGradNorm);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            Restore(_retreat.Take(step) ?? throw Diagnosis(step, loss, norm));
            return Next(cancellationToken);
        }

        if (point is not null)
        {
            _retreat.Keep(point);
        }

        var rate = _schedule.At(step) * _retreat.RateFactor;
        var before = _selection.IsDue(step + 1) ? point ?? Moment() : null;
        _optimizer.Step(rate);
        var measurement = before is null ? null : Measure(before, cancellationToken);
        return Rewards.AddTo(
            new StepReport
            {
                Step = _optimizer.Steps,
                TotalSteps = TotalSteps,
                Epoch = _plan.Epoch(step),
                Loss = loss,
                LearningRate = rate,
                GradNorm = norm,
                NumItems = total,
                MicroLosses = [.. reports.Select(report => report.Loss)],
                Tokens = reports.Sum(report => report.Tokens),
                WentBackFrom = _retreat.WentBackFrom,
                Eval = measurement,
            },
            reports);
    }

    /// <summary>A copy of everything that the rest depends on.</summary>
    public TrainingState Capture() => Moment() with
    {
        DataSha256 = _data.Sha256,
        RateFactor = _retreat.RateFactor,
        WentBackFrom = _retreat.WentBackFrom,
        Retreat = _retreat.Point,
        Split = Memory.Split,
        Best = _selection.Best,
        EvaluationsWithoutGain = _selection.WithoutGain,
    };

    /// <summary>Writes the adapter as a PEFT folder, once it is seen to change what the model says.</summary>
    /// <exception cref="TrainingFailedException">Not one logit of a training row differs from the base model's.</exception>
    public void Save(string folder)
    {
        if (_config.LoadBestModelAtEnd && _selection.Best is { Parameters: { } best })
        {
            using var scope = NewDisposeScope();
            _adapter.Parameters.copy_(tensor(best));
        }

        if (LargestChange() is var change && !(change > 0))
        {
            throw new TrainingFailedException("adapter_changes_nothing", $"After {Step} steps the adapter leaves the logits of a training row as the base model has them (largest difference {change}). Raise learning_rate (now {_config.LearningRate}) or the number of steps, and see that target_modules names layers that are used.");
        }

        _adapter.Save(folder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _adapter.Dispose();
        _base.Dispose();
    }

    private float LargestChange()
    {
        using var scope = NewDisposeScope();
        var ids = _data.Sample.Ids.Take(SampleTokens).Select(id => (long)id).ToArray();
        var batch = new TokenBatch(ids, [ids.Length]);
        return (_model.Logits(batch, _adapter) - _model.Logits(batch, adapter: null)).abs().max().item<float>();
    }

    // A function of where the training is, so that a resumed one drops the same inputs.
    private ulong DropoutSeed(int step, int micro, int part) => unchecked(((ulong)_config.Seed << 48) ^ ((ulong)step << 16) ^ (ulong)micro ^ ((ulong)part << 40));

    private PassOptions Options(int step, int micro, int part, CancellationToken cancellationToken) => new()
    {
        DropoutSeed = DropoutSeed(step, micro, part),
        CheckpointedLayers = Memory.CheckpointedLayers,
        LabelSmoothing = _config.LabelSmoothingFactor,
        Noise = _config.NeftuneNoiseAlpha > 0 ? new NeftuneNoise(DropoutSeed(step, micro, part), _config.NeftuneNoiseAlpha) : null,
        Cancellation = cancellationToken,
    };

    // A step that is stopped while it is measured has not been done.
    private Measurement Measure(TrainingState before, CancellationToken cancellationToken)
    {
        try
        {
            var measurement = _data.Measure(_model, _adapter, _config, cancellationToken);
            _selection.Judge(_optimizer.Steps, measurement, () => _adapter.Parameters.data<float>().ToArray());
            return measurement;
        }
        catch (OperationCanceledException)
        {
            Restore(before);
            throw;
        }
    }

    private TrainingFailedException Diagnosis(int step, double loss, double norm)
    {
        var earlier = _retreat.WentBackFrom is { } from
            ? $" It had gone back from step {from + 1} before, and went on at {Retreat.LowerRate} of the rate."
            : step == 0 ? " It is the first step, so base model or data are at fault: look for weights that are no numbers, and try bf16: false." : "";
        return new TrainingFailedException("loss_not_finite", $"At step {step + 1} of {TotalSteps} the loss is {loss} and the gradient norm {norm}.{earlier} Lower learning_rate (now {_config.LearningRate}), raise warmup_ratio (now {_config.WarmupRatio}), or set max_grad_norm (now {_config.MaxGradNorm}).");
    }

    private TrainingState Moment() => new()
    {
        Step = _optimizer.Steps,
        Parameters = _adapter.Parameters.data<float>().ToArray(),
        FirstMoment = _optimizer.FirstMoment.data<float>().ToArray(),
        SecondMoment = _optimizer.SecondMoment.data<float>().ToArray(),
    };

    private void Resume(TrainingState state)
    {
        if (state.DataSha256 is { } digest && digest != _data.Sha256)
        {
            throw new InvalidDataException($"The checkpoint was made on data with SHA-256 {digest}, these have {_data.Sha256}. Train on the same data, or without the checkpoint.");
        }

        _retreat.Restore(state);
        _selection.Restore(state);
        Restore(state);
    }

    private void Restore(TrainingState state)
    {
        if (state.Parameters.Length != _adapter.Count)
        {
            throw new InvalidDataException($"The checkpoint holds {state.Parameters.Length} numbers, the adapter has {_adapter.Count}: it belongs to another configuration.");
        }

        using var scope = NewDisposeScope();
        _adapter.Parameters.copy_(tensor(state.Parameters));
        _optimizer.FirstMoment.copy_(tensor(state.FirstMoment));
        _optimizer.SecondMoment.copy_(tensor(state.SecondMoment));
        _optimizer.Steps = state.Step;
    }
}
