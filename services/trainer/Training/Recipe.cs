using LoraMesh.Contracts;
using LoraMesh.Model;
using static TorchSharp.torch;

namespace LoraMesh.Trainer.Training;

/// <summary>Makes of a configuration what it asks for.</summary>
internal static class Recipe
{
    // PEFT's own default of loraplus_lr_embedding.
    private const double EmbeddingRate = 1e-6;

    /// <summary>The learning rates.</summary>
    /// <exception cref="TrainingFailedException">The course cannot be run.</exception>
    internal static LearningRateSchedule Schedule(TrainingConfig config, int steps)
    {
        // A single step that were spent on warming up would train nothing.
        var warmup = config.WarmupSteps ?? (steps == 1 ? 0 : config.WarmupRatio);
        var rises = config.WarmupSteps is null ? (int)Math.Ceiling(steps * warmup) : LearningRateSchedule.WarmupOf(warmup, steps);
        var schedule = new LearningRateSchedule(config.LrSchedulerType, config.LearningRate, rises, steps) { Options = Options(config.LrSchedulerKwargs) };
        try
        {
            schedule.At(0);
            schedule.At(steps - 1);
            return schedule;
        }
        catch (ArgumentException problem)
        {
            throw new TrainingFailedException("wrong_schedule", problem.Message);
        }
    }

    /// <summary>The adapter to train: the one in <paramref name="folder"/>, or a fresh one.</summary>
    /// <exception cref="TrainingFailedException">It does not suit the model.</exception>
    internal static LoraAdapter Adapter(TrainingConfig config, CausalLm model, string baseModelName, string? folder)
    {
        try
        {
            return folder is null ? LoraAdapter.Create(Lora(config, baseModelName), model, config.Seed) : LoraAdapter.LoadTrainable(folder, model.Config);
        }
        catch (InvalidDataException problem)
        {
            throw new TrainingFailedException(folder is null ? "no_target_modules" : "adapter_does_not_fit", problem.Message);
        }
    }

    /// <summary>What LoRA+ multiplies rates by; null without it.</summary>
    internal static Tensor? Rates(TrainingConfig config, LoraAdapter adapter) => config.LoraplusLrRatio is null && config.LoraplusLrEmbedding is null
        ? null
        : adapter.RateFactors(config.LoraplusLrRatio ?? 1, (config.LoraplusLrEmbedding ?? EmbeddingRate) / config.LearningRate);

    /// <summary>How the frozen base is held.</summary>
    internal static BaseQuantization Quantization(TrainingConfig config) => config switch
    {
        { LoadIn8bit: true } => BaseQuantization.EightBit,
        { LoadIn4bit: true, Bnb4bitUseDoubleQuant: true } => BaseQuantization.Nf4Double,
        { LoadIn4bit: true } => BaseQuantization.Nf4,
        _ => BaseQuantization.None,
    };

    private static LoraConfig Lora(TrainingConfig config, string baseModelName)
    {
        if (config.EnsureWeightTying)
        {
            throw new TrainingFailedException("unsupported_adapter", "ensure_weight_tying is true, which is not built. Remove it: an embedding and the head then learn apart.");
        }

        return new LoraConfig
        {
            R = config.R,
            LoraAlpha = config.LoraAlpha,
            LoraDropout = config.LoraDropout,
            UseRslora = config.UseRslora,
            UseDora = config.UseDora,
            LoraBias = config.LoraBias,
            Bias = config.Bias ?? "none",
            TargetModules = Names(config.TargetModules),
            TargetPattern = Pattern(config.TargetModules),
            ExcludeModules = Names(config.ExcludeModules),
            ExcludePattern = Pattern(config.ExcludeModules),
            LayersToTransform = config.LayersToTransform ?? [],
            LayersPattern = config.LayersPattern ?? [],
            RankPattern = [.. config.RankPattern ?? new Dictionary<string, int>()],
            AlphaPattern = [.. config.AlphaPattern ?? new Dictionary<string, double>()],
            ModulesToSave = config.ModulesToSave ?? [],
            TrainableTokenIndices = [.. config.TrainableTokenIndices ?? new Dictionary<string, IReadOnlyList<int>>()],
            InitLoraWeights = config.InitLoraWeights ?? "true",
            BaseModelNameOrPath = baseModelName,
        };
    }

    // A configuration says both in one list: a single entry with signs that no name has is a regular expression.
    private static string? Pattern(IReadOnlyList<string>? entries) =>
        entries is [var only] && !only.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-') ? only : null;

    private static IReadOnlyList<string> Names(IReadOnlyList<string>? entries) => Pattern(entries) is null ? entries ?? [] : [];

    private static ScheduleOptions Options(LrSchedulerKwargs? given) => given is null ? new() : new()
    {
        NumCycles = given.NumCycles,
        MinLr = given.MinLr,
        MinLrRate = given.MinLrRate,
        WarmupLrRate = given.WarmupLrRate,
        LrEnd = given.LrEnd,
        Power = given.Power,
        Timescale = given.Timescale,
        NumDecaySteps = given.NumDecaySteps,
        NumStableSteps = given.NumStableSteps,
        WarmupType = given.WarmupType,
        DecayType = given.DecayType,
        MinLrRatio = given.MinLrRatio,
    };
}
