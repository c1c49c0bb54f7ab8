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

    private static LoraConfig Lora(TrainingConfig config, string baseModelName) => new()
    {
        R = config.R,
        LoraAlpha = config.LoraAlpha,
        LoraDropout = config.LoraDropout,
        UseRslora = config.UseRslora,
        TargetModules = config.TargetModules,
        BaseModelNameOrPath = baseModelName,
    };

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
