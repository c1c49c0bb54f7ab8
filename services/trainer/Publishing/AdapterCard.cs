using System.Globalization;
using System.Text;
using LoraMesh.Contracts;

namespace LoraMesh.Trainer.Publishing;

/// <summary><c>README.md</c> of an adapter folder: where it comes from and how to load it. Deterministic, without dates.</summary>
internal static class AdapterCard
{
    internal static string Write(string project, DatasetManifest dataset, TrainingConfig config, int steps, double loss)
    {
        var text = new StringBuilder();
        text.AppendLine("---").AppendLine($"base_model: {dataset.Model.Name}").AppendLine("library_name: peft").AppendLine("tags: [lora, loramesh]").AppendLine("---").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"# {project}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"A LoRA adapter for `{dataset.Model.Name}` (digest `{dataset.Model.Digest}`), trained by LoraMesh on dataset `{dataset.DatasetId}`: {dataset.Train.Rows} rows, {dataset.Train.SupervisedTokens} supervised tokens.").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{steps} AdamW steps, last loss {loss:F4} nats per supervised token.").AppendLine();
        text.AppendLine("| key | value |").AppendLine("| --- | --- |");
        foreach (var (key, value) in new (string, object)[]
        {
            ("r", config.R), ("lora_alpha", config.LoraAlpha), ("lora_dropout", config.LoraDropout), ("use_rslora", config.UseRslora),
            ("target_modules", string.Join(", ", config.TargetModules)), ("learning_rate", config.LearningRate), ("lr_scheduler_type", config.LrSchedulerType),
            ("warmup_ratio", config.WarmupRatio), ("num_train_epochs", config.NumTrainEpochs), ("tokens_per_batch", config.TokensPerBatch),
            ("gradient_accumulation_steps", config.GradientAccumulationSteps), ("weight_decay", config.WeightDecay), ("seed", config.Seed),
        })
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {key} | {value} |");
        }

        text.AppendLine().AppendLine("PEFT: `PeftModel.from_pretrained(base, folder)`.");
        return text.ToString().ReplaceLineEndings("\n");
    }
}
