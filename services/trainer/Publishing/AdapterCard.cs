using System.Globalization;
using System.Text;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Trainer.Training;

namespace LoraMesh.Trainer.Publishing;

/// <summary><c>README.md</c> of an adapter folder: where it comes from and how to load it. Deterministic, without dates.</summary>
internal static class AdapterCard
{
    internal static string Write(string title, string model, string provenance, TrainingConfig config, int steps, double loss, BestState? best = null)
    {
        var text = new StringBuilder();
        text.AppendLine("---").AppendLine($"base_model: {model}").AppendLine("library_name: peft").AppendLine("tags: [lora, loramesh]").AppendLine("---").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"# {title}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"A LoRA adapter for `{model}`, {provenance}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{steps} AdamW steps, last loss {loss:F4}.").AppendLine();
        if (best is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Of the measurements on held-out training rows the best was after step {best.Step}: {config.MetricForBestModel ?? "eval_loss"} {best.Metric:F4}{(config.LoadBestModelAtEnd ? ", and this is the adapter of that step" : "")}.").AppendLine();
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"![Training loss by step]({LossCurve.FileName})").AppendLine();
        text.AppendLine("| key | value |").AppendLine("| --- | --- |");
        foreach (var (key, value) in new (string, object)[]
        {
            ("r", config.R), ("lora_alpha", config.LoraAlpha), ("lora_dropout", config.LoraDropout), ("use_rslora", config.UseRslora),
            ("target_modules", string.Join(", ", config.TargetModules)), ("learning_rate", config.LearningRate), ("lr_scheduler_type", config.LrSchedulerType),
            ("warmup", config.WarmupSteps ?? config.WarmupRatio), ("num_train_epochs", config.NumTrainEpochs), ("max_steps", config.MaxSteps),
            config.PerDeviceTrainBatchSize is { } rows ? ("per_device_train_batch_size", rows) : ("tokens_per_batch", config.TokensPerBatch),
            ("gradient_accumulation_steps", config.GradientAccumulationSteps), ("weight_decay", config.WeightDecay), ("seed", config.Seed),
        })
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {key} | {value} |");
        }

        // Keys that joined later stand in the JSON where they are used.
        var defaults = JsonSerializer.SerializeToElement(new TrainingConfig(), ContractsJson.Options);
        foreach (var key in JsonSerializer.SerializeToElement(config, ContractsJson.Options).EnumerateObject().Where(key => !defaults.TryGetProperty(key.Name, out _) && key.Name != "per_device_train_batch_size"))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {key.Name} | {key.Value} |");
        }

        text.AppendLine().AppendLine("PEFT: `PeftModel.from_pretrained(base, folder)`.");
        return text.ToString().ReplaceLineEndings("\n");
    }
}
