using LoraMesh.Contracts;
using LoraMesh.Model;

namespace LoraMesh.Trainer.Training;

/// <summary>Makes of a configuration what it asks for.</summary>
internal static class Recipe
{
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
    internal static LoraAdapter Adapter(TrainingConfig config, ModelConfig model, string baseModelName, string? folder)
    {
        try
        {
            return folder is null ? LoraAdapter.Create(Lora(config, baseModelName), model, config.Seed) : LoraAdapter.LoadTrainable(folder, model);
        }
        catch (InvalidDataException problem)
        {
            throw new TrainingFailedException(folder is null ? "no_target_modules" : "adapter_does_not_fit", problem.Message);
        }
    }

    private static LoraConfig Lora(TrainingConfig config, string baseModelName)
    {
        // Keys that are read and not carried out yet; nothing is trained that would not mean what was asked for.
        var asked = new (string Key, bool Asked)[]
        {
            ("use_dora", config.UseDora), ("bias", config.Bias is not (null or "none")), ("lora_bias", config.LoraBias), ("rank_pattern", config.RankPattern is not null),
            ("alpha_pattern", config.AlphaPattern is not null), ("exclude_modules", config.ExcludeModules is not null),
            ("layers_to_transform", config.LayersToTransform is not null), ("layers_pattern", config.LayersPattern is not null),
            ("modules_to_save", config.ModulesToSave is not null), ("trainable_token_indices", config.TrainableTokenIndices is not null),
            ("init_lora_weights", config.InitLoraWeights is not (null or "true")), ("ensure_weight_tying", config.EnsureWeightTying),
        };
        if (asked.FirstOrDefault(entry => entry.Asked).Key is { } key)
        {
            throw new TrainingFailedException("unsupported_adapter", $"{key} is not built yet. Remove it from the configuration.");
        }

        return new LoraConfig
        {
            R = config.R,
            LoraAlpha = config.LoraAlpha,
            LoraDropout = config.LoraDropout,
            UseRslora = config.UseRslora,
            TargetModules = config.TargetModules,
            BaseModelNameOrPath = baseModelName,
        };
    }

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
