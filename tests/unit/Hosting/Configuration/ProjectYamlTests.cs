using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;

namespace LoraMesh.UnitTests.Hosting.Configuration;

public sealed class ProjectYamlTests
{
    private const string Everything = """
        model: other-model   # a comment
        prep:
          test_share: 0.25
          min_good_share: 1
          min_rows: 2
          max_sequence_length: 128
          max_file_bytes: 8000000000
          max_rows: 500
          languages: [en, de]
          drops: incremental
        training:
          r: 8
          lora_alpha: 16.5
          lora_dropout: 0.1
          use_rslora: true
          target_modules: [q_proj, v_proj]
          learning_rate: 2e-4
          lr_scheduler_type: linear
          warmup_ratio: 0
          num_train_epochs: 0.5
          max_steps: 100
          tokens_per_batch: 2048
          gradient_accumulation_steps: 4
          weight_decay: 0.01
          adam_beta1: 0.8
          adam_beta2: 0.95
          adam_epsilon: 1e-6
          max_grad_norm: 0
          seed: 7
          shuffle: false
          checkpoint_seconds: 30
          use_dora: true
          bias: lora_only
          lora_bias: true
          rank_pattern: {q_proj: 4, 'layers\.1\..*': 2}
          alpha_pattern: {v_proj: 7.5}
          exclude_modules: [o_proj]
          layers_to_transform: [0, 1]
          layers_pattern: layers
          modules_to_save: [lm_head]
          trainable_token_indices: [5, 6]
          init_lora_weights: pissa_niter_4
          ensure_weight_tying: true
          warmup_steps: 4
          lr_scheduler_kwargs: {}
          per_device_train_batch_size: 2
          dataloader_drop_last: true
          label_smoothing_factor: 0.1
          bf16: true
          beta: 0.2
          loss_type: ipo
          label_smoothing: 0.05
          eval_strategy: steps
          eval_steps: 0.1
          val_set_size: 0.2
          load_best_model_at_end: true
          metric_for_best_model: mean_token_accuracy
          greater_is_better: true
          early_stopping_patience: 3
          early_stopping_threshold: 0.01
          neftune_noise_alpha: 5
          gradient_checkpointing: true
          load_in_4bit: true
          bnb_4bit_use_double_quant: true
          loraplus_lr_ratio: 16
          loraplus_lr_embedding: 1e-5
          adapter_name_or_path: champion
        evaluation:
          max_new_tokens: 10
          max_rows: 50
          confidence: 0.9
          min_exact_match: 0.75
          metrics: [exact_match, json_fields, bleu]
          stop: ["\n\n", END]
          filter: {regex_pattern: "#### (.*)", group_select: -1, fallback: none}
          match: {ignore_case: true, ignore_punctuation: true, ignore_numbers: true, regexes_to_ignore: [",", "\\$"]}
          gate:
            metric: json_fields
            min_gain: 0.01
            minimums: {json_valid: 0.99}
            maximums: {loss: 1.5}
            regression_margin: 0.05
            regression_margins: {regression/general.jsonl: 0}
            classes: {field: team.name, max_drop: 0.2, min_rows: 5}
            max_slowdown: 1.5
            max_adapter_bytes: 1000000
            approval: close
        """;

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    [InlineData("---\n")]
    [InlineData("training:\nprep:\n")]
    [InlineData("{}")]
    public void Parse_OfNothing_GivesDefaults(string text) =>
        Assert.Equivalent(new ProjectConfig(), ProjectYaml.Parse(text), strict: true);

    [Fact]
    public void Parse_OfEveryKey_ReadsEachOne()
    {
        var expected = new ProjectConfig
        {
            Model = "other-model",
            Prep = new PrepConfig { TestShare = 0.25, MinGoodShare = 1, MinRows = 2, MaxSequenceLength = 128, MaxFileBytes = 8_000_000_000, MaxRows = 500, Languages = ["en", "de"], Drops = DropPolicy.Incremental },
            Training = new TrainingConfig
            {
                R = 8,
                LoraAlpha = 16.5,
                LoraDropout = 0.1,
                UseRslora = true,
                TargetModules = ["q_proj", "v_proj"],
                LearningRate = 2e-4,
                LrSchedulerType = "linear",
                WarmupRatio = 0,
                NumTrainEpochs = 0.5,
                MaxSteps = 100,
                TokensPerBatch = 2048,
                GradientAccumulationSteps = 4,
                WeightDecay = 0.01,
                AdamBeta1 = 0.8,
                AdamBeta2 = 0.95,
                AdamEpsilon = 1e-6,
                MaxGradNorm = 0,
                Seed = 7,
                Shuffle = false,
                CheckpointSeconds = 30,
                UseDora = true,
                Bias = "lora_only",
                LoraBias = true,
                RankPattern = new Dictionary<string, int> { ["q_proj"] = 4, ["layers\\.1\\..*"] = 2 },
                AlphaPattern = new Dictionary<string, double> { ["v_proj"] = 7.5 },
                ExcludeModules = ["o_proj"],
                LayersToTransform = [0, 1],
                LayersPattern = ["layers"],
                ModulesToSave = ["lm_head"],
                TrainableTokenIndices = new Dictionary<string, IReadOnlyList<int>> { ["embed_tokens"] = [5, 6] },
                InitLoraWeights = "pissa_niter_4",
                EnsureWeightTying = true,
                WarmupSteps = 4,
                PerDeviceTrainBatchSize = 2,
                DataloaderDropLast = true,
                LabelSmoothingFactor = 0.1,
                Bf16 = true,
                Beta = 0.2,
                LossType = "ipo",
                LabelSmoothing = 0.05,
                EvalStrategy = "steps",
                EvalSteps = 0.1,
                ValSetSize = 0.2,
                LoadBestModelAtEnd = true,
                MetricForBestModel = "eval_mean_token_accuracy",
                GreaterIsBetter = true,
                EarlyStoppingPatience = 3,
                EarlyStoppingThreshold = 0.01,
                NeftuneNoiseAlpha = 5,
                GradientCheckpointing = true,
                LoadIn4bit = true,
                Bnb4bitUseDoubleQuant = true,
                LoraplusLrRatio = 16,
                LoraplusLrEmbedding = 1e-5,
                AdapterNameOrPath = "champion",
            },
            Evaluation = new EvaluationConfig
            {
                MaxNewTokens = 10,
                MaxRows = 50,
                Confidence = 0.9,
                MinExactMatch = 0.75,
                Metrics = ["exact_match", "json_fields", "bleu"],
                Stop = ["\n\n", "END"],
                Filter = new AnswerFilterConfig { RegexPattern = "#### (.*)", GroupSelect = -1, Fallback = "none" },
                Match = new MatchConfig { IgnoreCase = true, IgnorePunctuation = true, IgnoreNumbers = true, RegexesToIgnore = [",", "\\$"] },
                Gate = new GateConfig
                {
                    Metric = "json_fields",
                    MinGain = 0.01,
                    Minimums = new Dictionary<string, double> { ["json_valid"] = 0.99 },
                    Maximums = new Dictionary<string, double> { ["loss"] = 1.5 },
                    RegressionMargin = 0.05,
                    RegressionMargins = new Dictionary<string, double> { ["regression/general.jsonl"] = 0 },
                    Classes = new ClassGateConfig { Field = "team.name", MaxDrop = 0.2, MinRows = 5 },
                    MaxSlowdown = 1.5,
                    MaxAdapterBytes = 1_000_000,
                    Approval = ApprovalPolicy.Close,
                },
            },
        };

        Assert.Equivalent(expected, ProjectYaml.Parse(Everything), strict: true);
    }

    // Whoever adds a property to the configuration must add its key.
    [Fact]
    public void Keys_AreTheSnakeCaseNamesOfTheProperties()
    {
        static string[] Keys(Type type) => [.. type.GetProperties().Select(p => p.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name)).Order(StringComparer.Ordinal)];
        static string[] Allowed(string text)
        {
            var message = Assert.Single(Assert.Throws<ProjectConfigException>(() => ProjectYaml.Parse(text)).Problems).Message;
            return [.. message[(message.IndexOf("Allowed here: ", StringComparison.Ordinal) + 14)..].Split(", ").Order(StringComparer.Ordinal)];
        }

        Assert.Equal(Keys(typeof(ProjectConfig)), Allowed("zzzzzzzz: 1"));
        Assert.Equal(Keys(typeof(PrepConfig)), Allowed("prep:\n  zzzzzzzz: 1"));
        Assert.Equal(Keys(typeof(TrainingConfig)), Allowed("training:\n  zzzzzzzz: 1"));
        Assert.Equal(Keys(typeof(EvaluationConfig)), Allowed("evaluation:\n  zzzzzzzz: 1"));
        Assert.Equal(Keys(typeof(MatchConfig)), Allowed("evaluation:\n  match: {zzzzzzzz: 1}"));
        Assert.Equal(Keys(typeof(GateConfig)), Allowed("evaluation:\n  gate: {zzzzzzzz: 1}"));
        Assert.Equal(Keys(typeof(ClassGateConfig)), Allowed("evaluation:\n  gate: {classes: {zzzzzzzz: 1}}"));
    }

    [Fact]
    public void Parse_InAnotherCulture_ReadsPointAsPoint()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            comma.NumberFormat.NumberGroupSeparator = ".";
            CultureInfo.CurrentCulture = comma;

            Assert.Equal(0.25, ProjectYaml.Parse("prep: {test_share: 0.25}").Prep.TestShare);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [InlineData("target_modules: all-linear", "all-linear")]
    [InlineData("target_modules: q_proj", "q_proj")]
    [InlineData("target_modules: [all-linear]", "all-linear")]
    [InlineData("target_modules:\n- q_proj\n- 'gate_proj'", "q_proj gate_proj")]
    public void ParseTraining_TargetModules_AreOneNameOrAList(string text, string expected) =>
        Assert.Equal(expected.Split(' '), ProjectYaml.ParseTraining(text).TargetModules);

    [Theory]
    [InlineData("target_modules: '.*\\.(q|v)_proj'", ".*\\.(q|v)_proj")]
    [InlineData("target_modules: model\\.layers\\.\\d+\\.mlp\\..*", "model\\.layers\\.\\d+\\.mlp\\..*")]
    public void ParseTraining_TargetModulesThatAreNoName_AreOneExpression(string text, string expected) =>
        Assert.Equal([expected], ProjectYaml.ParseTraining(text).TargetModules);

    [Theory]
    [InlineData("cosine", "num_cycles: 1.5")]
    [InlineData("cosine_with_min_lr", "min_lr_rate: 0.1")]
    [InlineData("polynomial", "lr_end: 1e-6, power: 2")]
    [InlineData("inverse_sqrt", "timescale: 50")]
    [InlineData("warmup_stable_decay", "num_decay_steps: 5, warmup_type: cosine, decay_type: 1-sqrt, min_lr_ratio: 0.1")]
    public void ParseTraining_KwargsOfTheCourse_AreRead(string type, string kwargs) =>
        Assert.NotNull(ProjectYaml.ParseTraining($"lr_scheduler_type: {type}\nlr_scheduler_kwargs: {{{kwargs}}}").LrSchedulerKwargs);

    [Theory]
    [InlineData("cosine", "power: 2", "there is no key 'power'. Allowed here: num_cycles")]
    [InlineData("linear", "num_cycle: 2", "there is no key 'num_cycle'. Allowed here: none")]
    [InlineData("cosine", "num_cycle: 2", "did you mean 'num_cycles'?")]
    [InlineData("cosine_with_min_lr", "num_cycles: 2", "needs either min_lr or min_lr_rate here")]
    [InlineData("cosine_with_min_lr", "min_lr: 1e-5, min_lr_rate: 0.1", "needs either min_lr or min_lr_rate here")]
    [InlineData("warmup_stable_decay", "num_stable_steps: 5", "needs num_decay_steps here")]
    [InlineData("polynomial", "lr_end: 1", "lr_end is 1; it must be below learning_rate, 0.002")]
    public void ParseTraining_KwargsOfAnotherCourse_AreRefused(string type, string kwargs, string expected)
    {
        var problems = Assert.Throws<ProjectConfigException>(() => ProjectYaml.ParseTraining($"lr_scheduler_type: {type}\nlr_scheduler_kwargs: {{{kwargs}}}")).Problems;

        Assert.Contains(expected, Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("warmup_steps: 4", 4.0)]
    [InlineData("warmup_steps: 0.1\nwarmup_ratio: 0", 0.1)]
    [InlineData("warmup_steps: 0\nwarmup_ratio: 0.2", null)]
    [InlineData("warmup_ratio: 0.2", null)]
    public void ParseTraining_OneWarmup_Counts(string text, double? steps) => Assert.Equal(steps, ProjectYaml.ParseTraining(text).WarmupSteps);

    [Fact]
    public void ParseTraining_TwoWarmups_AreRefused() => Assert.Contains(
        "both given; keep one",
        Assert.Throws<ProjectConfigException>(() => ProjectYaml.ParseTraining("warmup_steps: 4\nwarmup_ratio: 0.2")).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("modules_to_save: null\nrank_pattern: {}\nexclude_modules: []\nlayers_to_transform:")]
    public void ParseTraining_EmptyOptions_AreDefaults(string text) => Assert.Equivalent(new TrainingConfig(), ProjectYaml.ParseTraining(text), strict: true);

    [Fact]
    public void ParseTraining_MaxStepsMinusOne_MeansNoLimit() => Assert.Equal(0, ProjectYaml.ParseTraining("max_steps: -1").MaxSteps);

    [Fact]
    public void ParseTraining_OfFlatKeys_ReadsThem()
    {
        var config = ProjectYaml.ParseTraining("r: 4\nlearning_rate: 1.0e-3\n");

        Assert.Equal((4, 1e-3), (config.R, config.LearningRate));
    }

    [Theory]
    [InlineData("r: 4.0", "found '4.0', expected a whole number from 1 to 512")]
    [InlineData("r: 0", "found '0', expected a whole number from 1 to 512")]
    [InlineData("r: 513", "found '513', expected a whole number from 1 to 512")]
    [InlineData("r: '8'", "found the text '8', expected a whole number from 1 to 512")]
    [InlineData("r: 99999999999999999999", "expected a whole number from 1 to 512")]
    [InlineData("r: [8]", "found a list, expected a whole number")]
    [InlineData("r:", "it has no value; give one or remove the key")]
    [InlineData("learning_rate: 0", "found '0', expected a number above 0 up to 10")]
    [InlineData("learning_rate: .nan", "found '.nan', expected a number above 0 up to 10")]
    [InlineData("learning_rate: NaN", "found 'NaN', expected a number above 0 up to 10")]
    [InlineData("learning_rate: fast", "found 'fast', expected a number above 0 up to 10")]
    [InlineData("lora_dropout: 1", "found '1', expected a number from 0 and below 1")]
    [InlineData("use_rslora: yes", "found 'yes', expected true or false")]
    [InlineData("use_rslora: \"true\"", "found the text 'true', expected true or false")]
    [InlineData("lr_scheduler_type: greedy", "found 'greedy', expected one of linear, cosine, cosine_with_restarts")]
    [InlineData("rank_pattern: {'(': 4}", "expected regular expressions of module paths, each with a rank from 1 to 512 (at '(')")]
    [InlineData("rank_pattern: {q_proj: 0}", "each with a rank from 1 to 512 (at 'q_proj')")]
    [InlineData("exclude_modules: '('", "found the text '(', expected a regular expression")]
    [InlineData("layers_to_transform: [0, x]", "found 'x', expected whole numbers from 0")]
    [InlineData("trainable_token_indices: {embed_tokens: 3}", "found '3', expected a list of token ids")]
    [InlineData("init_lora_weights: loftq", "found 'loftq', expected true, false, gaussian, olora, pissa")]
    [InlineData("bias: some", "found 'some', expected one of none, lora_only, all")]
    [InlineData("per_device_train_batch_size: 0", "found '0', expected a whole number from 1 to 65536")]
    [InlineData("label_smoothing: 0.6", "found '0.6', expected a number from 0 up to 0.5")]
    [InlineData("eval_strategy: steps", "eval_steps must say how many")]
    [InlineData("early_stopping_patience: 2", "needs eval_strategy: steps or epoch")]
    [InlineData("load_best_model_at_end: true", "needs eval_strategy: steps or epoch")]
    [InlineData("load_in_8bit: true\nload_in_4bit: true", "keep one")]
    [InlineData("bnb_4bit_use_double_quant: true", "needs load_in_4bit")]
    [InlineData("metric_for_best_model: bleu\neval_strategy: epoch", "found 'bleu', expected one of eval_loss, loss")]
    [InlineData("neftune_noise_alpha: -1", "found '-1', expected a number from 0")]
    [InlineData("adapter_name_or_path: /tmp/x", "found '/tmp/x', expected")]
    [InlineData("target_modules: []", "found a list, expected all-linear, or one to 64 names")]
    [InlineData("target_modules: [q_proj, q_proj]", "'q_proj' is listed twice")]
    [InlineData("target_modules: [all-linear, q_proj]", "expected all-linear alone")]
    [InlineData("target_modules: ['.*proj']", "found the text '.*proj', expected all-linear")]
    [InlineData("target_modules: {a: b}", "found a section with keys, expected all-linear")]
    public void ParseTraining_OfWrongValue_SaysWhatIsFoundAndAllowed(string text, string expected)
    {
        var problem = Assert.Single(Assert.Throws<ProjectConfigException>(() => ProjectYaml.ParseTraining(text)).Problems);

        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.Equal(text.Split(':')[0], problem.Key);
        Assert.Equal(1, problem.Line);
    }

    [Theory]
    [InlineData("metrics: [exact_match, accuracy]", "there is no figure 'accuracy'; there are bleu, chrf")]
    [InlineData("gate: {metric: bleu}", "expected one of class_accuracy, exact_match")]
    [InlineData("gate: {minimums: {meteor: 1}}", "there is no figure 'meteor'")]
    [InlineData("filter: {group_select: 1}", "a filter needs its pattern here")]
    [InlineData("filter: {regex_pattern: '('}", "expected a regular expression")]
    [InlineData("match: {regexes_to_ignore: ['[']}", "expected one regular expression")]
    [InlineData("gate: {max_slowdown: 0.5}", "expected a number from 1 up to")]
    [InlineData("gate: {approval: maybe}", "expected one of never, always, close")]
    public void ParseEvaluation_OfWrongValue_SaysWhatIsFoundAndAllowed(string text, string expected)
    {
        var problem = Assert.Single(Assert.Throws<ProjectConfigException>(() => ProjectYaml.ParseEvaluationOrProject(text)).Problems);

        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParseEvaluation_OfEitherForm_ReadsTheSame() => Assert.Equivalent(
        ProjectYaml.ParseEvaluationOrProject("confidence: 0.9\ngate: {approval: always}"),
        ProjectYaml.ParseEvaluationOrProject("evaluation:\n  confidence: 0.9\n  gate: {approval: always}"),
        strict: true);

    [Fact]
    public void MetricNames_AreThoseThatAreComputed()
    {
        Assert.Equal(LoraMesh.Metrics.Answers.AnswerScores.Names, AnswerMetricNames.OfRows.Order(StringComparer.Ordinal));
        Assert.Equal(LoraMesh.Metrics.Answers.AnswerMetrics.Names, AnswerMetricNames.All);
    }

    [Fact]
    public void Parse_OfSeveralMistakes_ListsAllInOrderOfLines()
    {
        const string text = """
            modell: tiny
            prep:
              test_share: 0.9
            training:
              lora-alpha: 3
              r: eight
            evaluation: strict
            """;

        var thrown = Assert.Throws<ProjectConfigException>(() => ProjectYaml.Parse(text));

        Assert.Equal([(1, 1, "modell"), (3, 15, "prep.test_share"), (5, 3, "training.lora-alpha"), (6, 6, "training.r"), (7, 13, "evaluation")], thrown.Problems.Select(p => (p.Line, p.Column, p.Key)));
        Assert.Contains("did you mean 'model'?", thrown.Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("a number above 0 up to 0.5", thrown.Problems[1].Message, StringComparison.Ordinal);
        Assert.Contains("did you mean 'lora_alpha'?", thrown.Problems[2].Message, StringComparison.Ordinal);
        Assert.Contains("line 6, column 6, training.r: found 'eight'", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("5 problems", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfUnknownKeyWithoutNearOne_ListsTheAllowed()
    {
        var problem = Assert.Single(Assert.Throws<ProjectConfigException>(() => ProjectYaml.Parse("gpu: 1")).Problems);

        Assert.Equal("there is no key 'gpu'. Allowed here: model, prep, training, evaluation", problem.Message);
    }

    [Theory]
    [InlineData("model: a\nmodel: b", 2, "already given in line 1")]
    [InlineData("model: &x tiny", 1, "the anchor '&x' is not allowed")]
    [InlineData("prep: &p {min_rows: 3}\nevaluation: *p", 2, "the alias '*p' is not allowed")]
    [InlineData("model: !!python/object:os.system tiny", 1, "is not allowed; write the plain value")]
    [InlineData("just text", 1, "expected keys with values")]
    [InlineData("- a\n- b", 1, "found a list, expected keys with values")]
    [InlineData("model: a\n---\nmodel: b", 2, "a second document begins here")]
    [InlineData("model: [", 2, "this is not YAML")]
    [InlineData("training:\n  r: 1\n model: x", 3, "this is not YAML")]
    [InlineData("model: \"open", 1, "this is not YAML")]
    [InlineData("model: a\n\tr: 1", 1, "this is not YAML")]
    [InlineData("? [a]\n: b", 1, "found a list as a key")]
    [InlineData("model: [[[[[[[[[[1]]]]]]]]]]", 1, "nested more than 8 levels")]
    [InlineData("model: ../../etc", 1, "found '../../etc', expected a folder name of lm-models")]
    [InlineData("prep:\n  min_rows: 50\n  max_rows: 10", 2, "min_rows is 50, more than max_rows, 10")]
    public void Parse_OfBadDocument_SaysWhereAndWhat(string text, int line, string expected)
    {
        var thrown = Assert.Throws<ProjectConfigException>(() => ProjectYaml.Parse(text));

        Assert.Contains(thrown.Problems, problem => problem.Message.Contains(expected, StringComparison.Ordinal));
        Assert.Contains(thrown.Problems, problem => problem.Line == line);
    }

    [Fact]
    public void Parse_OfLaughingAnchors_IsRefused()
    {
        var text = "a: &a [x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range('b', 12).Select(c => $"{(char)c}: &{(char)c} [{string.Join(", ", Enumerable.Repeat($"*{(char)(c - 1)}", 8))}]\n"));

        Assert.Contains("anchor", Assert.Throws<ProjectConfigException>(() => ProjectYaml.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfTooLargeText_NamesTheLimit()
    {
        var problem = Assert.Single(Assert.Throws<ProjectConfigException>(() => ProjectYaml.Parse("#" + new string('ä', ProjectYaml.MaxBytes / 2))).Problems);

        Assert.Equal("the file has 262145 bytes, at most 262144 are allowed", problem.Message);
    }

    [Fact]
    public void Parse_WithByteOrderMarkAndWindowsLines_IsRead() =>
        Assert.Equal("tiny", ProjectYaml.Parse("\uFEFFmodel: tiny\r\nprep:\r\n  min_rows: 3\r\n").Model);
}
