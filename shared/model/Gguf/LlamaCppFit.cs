namespace LoraMesh.Model.Gguf;

/// <summary>
/// What llama.cpp can compute of a model. Its architectures have much built in that transformers reads from config.json:
/// what would come out otherwise is refused, and where it is the same up to some length, that length becomes the context.
/// Source: src/models/ and src/llama-context.cpp of llama.cpp, and running it.
/// </summary>
internal sealed record LlamaCppFit
{
    private const string Instead = "Serve the model from its own folder";

    /// <summary>Tokens up to which it computes the same.</summary>
    internal required int ContextLength { get; init; }

    /// <summary>Sliding window of the architectures that have one.</summary>
    internal int? Window { get; init; }

    /// <summary>Every so many layers, one sees all; null where the architecture's own number is right.</summary>
    internal int? WindowPeriod { get; init; }

    /// <summary>What a person should know, in sentences.</summary>
    internal required IReadOnlyList<string> Notes { get; init; }

    /// <exception cref="UnsupportedModelException">llama.cpp computes the model otherwise; the message says what to do.</exception>
    internal static LlamaCppFit Of(ModelConfig config)
    {
        CheckActivation(config);
        CheckRope(config);
        CheckBiases(config);
        CheckScores(config);
        return config.Family.Windows is WindowRule.EverySecond or WindowRule.AllButEveryNth ? Layers(config) : Whole(config);
    }

    private static void CheckActivation(ModelConfig config)
    {
        var built = config.Family.OutputNorms ? Activation.GeluTanh : Activation.Silu;
        if (config.HiddenActivation != built)
        {
            throw Refuse($"the activation is {config.HiddenActivation}; its {config.ModelType} has {built} built in. {Instead}.");
        }
    }

    private static void CheckRope(ModelConfig config)
    {
        string[] types = config.ModelType switch
        {
            "llama" or "mistral" => ["default", "linear", "llama3", "yarn"],
            "qwen2" or "qwen3" => ["default", "linear", "yarn"],
            "phi3" => ["default", "longrope"],
            _ => ["default", "linear"],
        };
        var rope = config.Rope;
        if (!types.Contains(rope.Type))
        {
            throw Refuse($"the rope type is '{rope.Type}'; its {config.ModelType} has {string.Join(", ", types)}. {(rope.Type == "dynamic" ? "Take the scaling out of config.json and set max_position_embeddings to the context before it, up to which the model is the same" : Instead)}.");
        }

        if (rope.Type == "yarn" && (!rope.Truncate || rope.BetaFast != 32 || rope.BetaSlow != 1))
        {
            throw Refuse($"yarn's truncate, beta_fast and beta_slow are {(rope.Truncate ? "true" : "false")}, {rope.BetaFast} and {rope.BetaSlow}; its {config.ModelType} has true, 32 and 1 whatever the file says. {Instead}.");
        }

        if (config.LocalRope is { Type: not "default" } local)
        {
            throw Refuse($"the rope of the sliding layers has the type '{local.Type}'; its {config.ModelType} scales that of the others only. {Instead}.");
        }
    }

    private static void CheckBiases(ModelConfig config)
    {
        if ((config.OutputBias || config.MlpBias || (config.QueryKeyValueBias && config.ModelType != "qwen2")) && config.ModelType != "llama")
        {
            throw Refuse($"attention_bias is true; its {config.ModelType} has no place for such biases. {Instead}.");
        }
    }

    private static void CheckScores(ModelConfig config)
    {
        if (config.Family.ReadsQueryScalar)
        {
            // The largest Gemma of each generation is told by its number of layers.
            var largest = config.NumHiddenLayers == (config.Family.ReadsAttentionSoftcap ? 46 : 62);
            var built = largest ? config.HiddenSize / config.NumAttentionHeads : config.HeadDim;
            if (Math.Abs((config.AttentionScale * Math.Sqrt(built)) - 1) > 1e-9)
            {
                throw Refuse($"query_pre_attn_scalar is {1 / (config.AttentionScale * config.AttentionScale):0.###}; its {config.ModelType} takes {built} for this size. {Instead}.");
            }
        }

        if (config.Family.ReadsAttentionSoftcap && (config.AttentionSoftcap is null || config.FinalSoftcap is null))
        {
            throw Refuse($"attn_logit_softcapping or final_logit_softcapping is null; its {config.ModelType} always caps. {Instead}.");
        }

        if (config.Family.OutputNorms && !config.TieWordEmbeddings)
        {
            throw Refuse($"the output head is a matrix of its own (tie_word_embeddings is false, or an adapter over one of the two was merged); its {config.ModelType} uses the embedding. {Instead}, or train an adapter that leaves embed_tokens and lm_head alone.");
        }

        if (config.Family.FusedProjections && config.NumAttentionHeads * config.HeadDim != config.HiddenSize)
        {
            throw Refuse($"head_dim is {config.HeadDim}; its {config.ModelType} has heads of hidden_size / num_attention_heads ({config.HiddenSize / config.NumAttentionHeads}). {Instead}.");
        }
    }

    // Architectures without a sliding window: they see all, which is the same as long as nothing has left the window.
    private static LlamaCppFit Whole(ModelConfig config)
    {
        var context = config.LayerWindows.Min(window => window ?? int.MaxValue);
        List<string> notes = [];
        if (context < config.MaxPositionEmbeddings)
        {
            notes.Add($"the model has a sliding window of {context} tokens, which its {new GgufArchitecture(config).Name} in llama.cpp has not: the context is set to {context} tokens (config.json says {config.MaxPositionEmbeddings}), up to which both are the same. Beyond it llama.cpp computes otherwise.");
        }

        if (config.Rope.Type == "longrope")
        {
            notes.Add($"longrope: where llama.cpp is started with a context above {config.Rope.OriginalMaxPositionEmbeddings} tokens, it takes the long factors for short texts too; start it with less for those.");
        }

        return new LlamaCppFit
        {
            ContextLength = Math.Min(context, config.MaxPositionEmbeddings),

            // Phi-3 alone has the key; today's llama.cpp reads it to say that it does not act on it.
            Window = config.Family.FusedProjections ? config.LayerWindows[0] ?? 0 : null,
            Notes = notes,
        };
    }

    private static LlamaCppFit Layers(ModelConfig config)
    {
        var slides = config.LayerWindows.Select(window => window is not null).ToList();
        if (!slides.Contains(true))
        {
            throw Refuse($"no layer has a sliding window; its {config.ModelType} cannot be without. {Instead}.");
        }

        var own = config.Family.Windows == WindowRule.EverySecond ? 2 : 6;
        var period = Enumerable.Range(1, slides.Count + 1).Prepend(own).Select(every => (int?)every)
            .FirstOrDefault(every => slides.Index().All(layer => layer.Item == ((layer.Index + 1) % every != 0)))
            ?? throw Refuse($"the layers with a sliding window are [{string.Join(", ", slides.Index().Where(layer => layer.Item).Select(layer => layer.Index))}]; its {config.ModelType} takes all but every n-th. {Instead}.");
        var isOwn = period == own;
        List<string> notes = isOwn ? [] : [$"one of {period} layers sees all; older versions of llama.cpp take one of {own} whatever the file says."];
        return new LlamaCppFit
        {
            ContextLength = config.MaxPositionEmbeddings,
            Window = config.LayerWindows.First(window => window is not null),
            WindowPeriod = isOwn ? null : period,
            Notes = notes,
        };
    }

    private static UnsupportedModelException Refuse(string what) => new($"llama.cpp cannot compute this model: {what}");
}
