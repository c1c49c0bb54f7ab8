using System.Globalization;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration.Yaml;

namespace LoraMesh.Hosting.Configuration;

/// <summary>Reads the keys of <c>training</c>, which bear the names that PEFT and transformers give them.</summary>
internal static class TrainingYaml
{
    private const string Name = "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\\z";
    private const string Initial = "^([Tt]rue|[Ff]alse|gaussian|olora|pissa|pissa_niter_[1-9][0-9]{0,2})\\z";
    private const int MaxNumber = int.MaxValue;

    // Every course of transformers that depends on the step alone, with the lr_scheduler_kwargs it takes.
    private static readonly Dictionary<string, string[]> Schedules = new()
    {
        ["linear"] = [],
        ["cosine"] = ["num_cycles"],
        ["cosine_with_restarts"] = ["num_cycles"],
        ["cosine_with_min_lr"] = ["num_cycles", "min_lr", "min_lr_rate"],
        ["cosine_warmup_with_min_lr"] = ["num_cycles", "min_lr", "min_lr_rate", "warmup_lr_rate"],
        ["polynomial"] = ["lr_end", "power"],
        ["constant"] = [],
        ["constant_with_warmup"] = [],
        ["inverse_sqrt"] = ["timescale"],
        ["warmup_stable_decay"] = ["num_decay_steps", "num_stable_steps", "warmup_type", "decay_type", "min_lr_ratio", "num_cycles"],
    };

    private static readonly string[] Metrics =
    [
        "eval_loss", "loss", "eval_mean_token_accuracy", "mean_token_accuracy", "eval_rewards/accuracies", "rewards/accuracies", "eval_rewards/margins", "rewards/margins",
    ];

    private static readonly string[] Slopes = ["linear", "cosine", "1-sqrt"];

    public static TrainingConfig Read(YamlSection yaml)
    {
        var config = ReadEvaluation(yaml, ReadLora(yaml, ReadTrainer(yaml)));
        if (config.WarmupSteps is not null && yaml.Has("warmup_ratio") && config.WarmupRatio > 0)
        {
            if (config.WarmupSteps > 0)
            {
                yaml.Report("warmup_steps", "warmup_steps and warmup_ratio are both given; keep one");
            }

            config = config with { WarmupSteps = null };
        }

        CheckEvaluation(yaml, config);
        if (config.LoadIn8bit && config.LoadIn4bit)
        {
            yaml.Report("load_in_8bit", "load_in_8bit and load_in_4bit are both true; keep one");
        }

        if (config.Bnb4bitUseDoubleQuant && !config.LoadIn4bit)
        {
            yaml.Report("bnb_4bit_use_double_quant", "bnb_4bit_use_double_quant needs load_in_4bit: true");
        }

        return config with { LrSchedulerKwargs = ReadKwargs(yaml, config) };
    }

    private static TrainingConfig ReadTrainer(YamlSection yaml)
    {
        var defaults = new TrainingConfig();
        return new TrainingConfig
        {
            LearningRate = yaml.Number("learning_rate", defaults.LearningRate, Bounds.Above(0).UpTo(10)),
            LrSchedulerType = yaml.OneOf("lr_scheduler_type", defaults.LrSchedulerType, [.. Schedules.Keys]),
            WarmupRatio = yaml.Number("warmup_ratio", defaults.WarmupRatio, Bounds.From(0).UpTo(1)),
            WarmupSteps = yaml.OptionalNumber("warmup_steps", Bounds.From(0).UpTo(1e9)),
            NumTrainEpochs = yaml.Number("num_train_epochs", defaults.NumTrainEpochs, Bounds.From(0).UpTo(10_000)),
            // transformers writes "no limit" as -1.
            MaxSteps = Math.Max(0, yaml.Integer("max_steps", defaults.MaxSteps, -1, MaxNumber)),
            PerDeviceTrainBatchSize = yaml.OptionalInteger("per_device_train_batch_size", 1, 65_536),
            TokensPerBatch = yaml.Integer("tokens_per_batch", defaults.TokensPerBatch, 1, 1 << 24),
            GradientAccumulationSteps = yaml.Integer("gradient_accumulation_steps", defaults.GradientAccumulationSteps, 1, 100_000),
            DataloaderDropLast = yaml.Boolean("dataloader_drop_last", defaults.DataloaderDropLast),
            WeightDecay = yaml.Number("weight_decay", defaults.WeightDecay, Bounds.From(0).UpTo(10)),
            AdamBeta1 = yaml.Number("adam_beta1", defaults.AdamBeta1, Bounds.From(0).Below(1)),
            AdamBeta2 = yaml.Number("adam_beta2", defaults.AdamBeta2, Bounds.From(0).Below(1)),
            AdamEpsilon = yaml.Number("adam_epsilon", defaults.AdamEpsilon, Bounds.Above(0).UpTo(1)),
            MaxGradNorm = yaml.Number("max_grad_norm", defaults.MaxGradNorm, Bounds.From(0).UpTo(1e9)),
            LabelSmoothingFactor = yaml.Number("label_smoothing_factor", defaults.LabelSmoothingFactor, Bounds.From(0).Below(1)),
            Seed = yaml.Integer("seed", defaults.Seed, 0, MaxNumber),
            Shuffle = yaml.Boolean("shuffle", defaults.Shuffle),
            Bf16 = yaml.Boolean("bf16", defaults.Bf16),
            Beta = yaml.OptionalNumber("beta", Bounds.Above(0).UpTo(1e3)),
            LossType = yaml.OptionalOneOf("loss_type", ["sigmoid", "hinge", "ipo"]),
            LabelSmoothing = yaml.Number("label_smoothing", defaults.LabelSmoothing, Bounds.From(0).UpTo(0.5)),
            NeftuneNoiseAlpha = yaml.Number("neftune_noise_alpha", defaults.NeftuneNoiseAlpha, Bounds.From(0).UpTo(1e3)),
            GradientCheckpointing = yaml.Optional("gradient_checkpointing") is null ? null : yaml.Boolean("gradient_checkpointing", false),
            LoadIn8bit = yaml.Boolean("load_in_8bit", defaults.LoadIn8bit),
            LoadIn4bit = yaml.Boolean("load_in_4bit", defaults.LoadIn4bit),
            Bnb4bitUseDoubleQuant = yaml.Boolean("bnb_4bit_use_double_quant", defaults.Bnb4bitUseDoubleQuant),
            LoraplusLrRatio = yaml.OptionalNumber("loraplus_lr_ratio", Bounds.Above(0).UpTo(1e4)),
            LoraplusLrEmbedding = yaml.OptionalNumber("loraplus_lr_embedding", Bounds.From(0).UpTo(10)),
            AdapterNameOrPath = yaml.OptionalOneOf("adapter_name_or_path", ["champion"]),
            CheckpointSeconds = yaml.Number("checkpoint_seconds", defaults.CheckpointSeconds, Bounds.Above(0).UpTo(86_400)),
        };
    }

    private static TrainingConfig ReadEvaluation(YamlSection yaml, TrainingConfig defaults) => defaults with
    {
        EvalStrategy = yaml.OptionalOneOf("eval_strategy", ["no", "steps", "epoch"]) is var strategy && strategy == "no" ? null : strategy,
        EvalSteps = yaml.OptionalNumber("eval_steps", Bounds.Above(0).UpTo(1e9)),
        ValSetSize = yaml.OptionalNumber("val_set_size", Bounds.Above(0).UpTo(0.5)),
        LoadBestModelAtEnd = yaml.Boolean("load_best_model_at_end", defaults.LoadBestModelAtEnd),
        MetricForBestModel = yaml.OptionalOneOf("metric_for_best_model", Metrics) is { } metric ? metric.StartsWith("eval_", StringComparison.Ordinal) ? metric : "eval_" + metric : null,
        GreaterIsBetter = yaml.Optional("greater_is_better") is null ? null : yaml.Boolean("greater_is_better", false),
        EarlyStoppingPatience = yaml.OptionalInteger("early_stopping_patience", 1, MaxNumber),
        EarlyStoppingThreshold = yaml.Number("early_stopping_threshold", defaults.EarlyStoppingThreshold, Bounds.From(0).UpTo(1e9)),
    };

    // Whoever asks for the best of measurements that are never made would get the last step, without a word.
    private static void CheckEvaluation(YamlSection yaml, TrainingConfig config)
    {
        if (config.EvalStrategy == "steps" && config.EvalSteps is null)
        {
            yaml.Report("eval_strategy", "eval_strategy is steps, so eval_steps must say how many");
        }

        if (config.EvalStrategy is null)
        {
            foreach (var key in (string[])["eval_steps", "val_set_size", "load_best_model_at_end", "metric_for_best_model", "early_stopping_patience"])
            {
                if (yaml.Has(key) && (key != "load_best_model_at_end" || config.LoadBestModelAtEnd))
                {
                    yaml.Report(key, $"{key} needs eval_strategy: steps or epoch");
                }
            }
        }
    }

    private static TrainingConfig ReadLora(YamlSection yaml, TrainingConfig defaults) => defaults with
    {
        R = yaml.Integer("r", defaults.R, 1, 512),
        LoraAlpha = yaml.Number("lora_alpha", defaults.LoraAlpha, Bounds.Above(0).UpTo(1e6)),
        LoraDropout = yaml.Number("lora_dropout", defaults.LoraDropout, Bounds.From(0).Below(1)),
        UseRslora = yaml.Boolean("use_rslora", defaults.UseRslora),
        UseDora = yaml.Boolean("use_dora", defaults.UseDora),
        Bias = yaml.OptionalOneOf("bias", ["none", "lora_only", "all"]),
        LoraBias = yaml.Boolean("lora_bias", defaults.LoraBias),
        TargetModules = yaml.IsPattern("target_modules", Name, out var targets) ? [targets] : yaml.Names("target_modules", defaults.TargetModules, Name, alone: "all-linear"),
        ExcludeModules = yaml.IsPattern("exclude_modules", Name, out var excluded) ? [excluded] : yaml.OptionalNames("exclude_modules", Name, "names of modules, or one regular expression"),
        RankPattern = yaml.OptionalPatterns("rank_pattern", "a rank from 1 to 512", node => YamlCollections.Integer(node, 1, 512)),
        AlphaPattern = yaml.OptionalPatterns("alpha_pattern", "a number above 0", node => YamlCollections.Number(node, Bounds.Above(0).UpTo(1e6))),
        LayersToTransform = yaml.OptionalIntegers("layers_to_transform", 0, 100_000),
        LayersPattern = yaml.OptionalNames("layers_pattern", Name, "names of lists of layers, such as layers"),
        ModulesToSave = yaml.OptionalNames("modules_to_save", Name, "names of modules, such as lm_head"),
        TrainableTokenIndices = ReadTokens(yaml),
        InitLoraWeights = yaml.OptionalWord("init_lora_weights", Initial, "true, false, gaussian, olora, pissa or pissa_niter_N")?.ToLowerInvariant(),
        EnsureWeightTying = yaml.Boolean("ensure_weight_tying", defaults.EnsureWeightTying),
    };

    // A list alone means the input embedding, as in PEFT.
    private static Dictionary<string, IReadOnlyList<int>>? ReadTokens(YamlSection yaml)
    {
        const string Key = "trainable_token_indices";
        if (yaml.Optional(Key) is not YamlMap map)
        {
            return yaml.OptionalIntegers(Key, 0, MaxNumber) is { } ids ? new() { ["embed_tokens"] = ids } : null;
        }

        var tokens = new Dictionary<string, IReadOnlyList<int>>(StringComparer.Ordinal);
        foreach (var (module, node) in map.Entries)
        {
            var ids = (node as YamlList)?.Items.Select(item => YamlCollections.Integer(item, 0, MaxNumber)).ToList();
            tokens[module.Value] = ids is null or [] || ids.Contains(null)
                ? yaml.Wrong<IReadOnlyList<int>>(Key, node, "a list of token ids", [])
                : [.. ids.Select(id => id!.Value)];
        }

        return tokens.Count == 0 ? null : tokens;
    }

    private static LrSchedulerKwargs? ReadKwargs(YamlSection yaml, TrainingConfig config)
    {
        const string Key = "lr_scheduler_kwargs";
        var allowed = Schedules[config.LrSchedulerType];
        var kwargs = yaml.Section(Key, section => new LrSchedulerKwargs
        {
            NumCycles = Number(section, "num_cycles", Bounds.From(0).UpTo(1e6)),
            MinLr = Number(section, "min_lr", Bounds.From(0).UpTo(10)),
            MinLrRate = Number(section, "min_lr_rate", Bounds.From(0).UpTo(1)),
            WarmupLrRate = Number(section, "warmup_lr_rate", Bounds.From(0).UpTo(1)),
            LrEnd = Number(section, "lr_end", Bounds.From(0).UpTo(10)),
            Power = Number(section, "power", Bounds.From(0).UpTo(100)),
            Timescale = Integer(section, "timescale"),
            NumDecaySteps = Integer(section, "num_decay_steps"),
            NumStableSteps = Integer(section, "num_stable_steps"),
            WarmupType = allowed.Contains("warmup_type") ? section.OptionalOneOf("warmup_type", Slopes) : null,
            DecayType = allowed.Contains("decay_type") ? section.OptionalOneOf("decay_type", Slopes) : null,
            MinLrRatio = Number(section, "min_lr_ratio", Bounds.From(0).UpTo(1)),
        });
        if (allowed.Contains("min_lr_rate") && kwargs.MinLr is null == kwargs.MinLrRate is null)
        {
            yaml.Report(Key, $"{config.LrSchedulerType} needs either min_lr or min_lr_rate here");
        }

        if (allowed.Contains("num_decay_steps") && kwargs.NumDecaySteps is null)
        {
            yaml.Report(Key, $"{config.LrSchedulerType} needs num_decay_steps here");
        }

        if (config.LrSchedulerType == "polynomial" && config.LearningRate <= (kwargs.LrEnd ?? 1e-7))
        {
            yaml.Report(Key, string.Create(CultureInfo.InvariantCulture, $"lr_end is {kwargs.LrEnd ?? 1e-7}; it must be below learning_rate, {config.LearningRate}"));
        }

        return kwargs == new LrSchedulerKwargs() ? null : kwargs;

        double? Number(YamlSection section, string key, Bounds bounds) => allowed.Contains(key) ? section.OptionalNumber(key, bounds) : null;
        int? Integer(YamlSection section, string key) => allowed.Contains(key) ? section.OptionalInteger(key, key == "timescale" ? 1 : 0, MaxNumber) : null;
    }
}
