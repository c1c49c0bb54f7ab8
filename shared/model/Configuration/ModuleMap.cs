namespace LoraMesh.Model;

/// <summary>The parts of a decoder by their paths in transformers, each list in one fixed order.</summary>
public static class ModuleMap
{
    /// <summary>Path of the token embedding.</summary>
    public const string Embedding = "model.embed_tokens";

    /// <summary>Path of the final norm.</summary>
    public const string FinalNorm = "model.norm";

    /// <summary>Path of the output head; its matrix is the embedding's where they are tied.</summary>
    public const string Head = "lm_head";

    /// <summary>All linear layers of the decoder layers (the output head is none of them).</summary>
    public static IReadOnlyList<LinearModule> Linears(ModelConfig config) =>
        [.. Enumerable.Range(0, config.NumHiddenLayers).SelectMany(layer => LayerLinears(config, layer))];

    /// <summary>Every tensor that the model's files must hold.</summary>
    public static IReadOnlyList<BaseTensor> Tensors(ModelConfig config)
    {
        var tensors = new List<BaseTensor> { new($"{Embedding}.weight", [config.VocabSize, config.HiddenSize]) };
        for (var layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            foreach (var linear in LayerLinears(config, layer))
            {
                tensors.Add(new BaseTensor($"{linear.Path}.weight", [linear.Out, linear.In]));
                if (linear.HasBias)
                {
                    tensors.Add(new BaseTensor($"{linear.Path}.bias", [linear.Out]));
                }
            }

            tensors.AddRange(LayerNorms(config).Select(norm => new BaseTensor($"{LayerPath(layer)}.{norm.Name}.weight", [norm.Width])));
        }

        tensors.Add(new BaseTensor($"{FinalNorm}.weight", [config.HiddenSize]));
        if (!config.TieWordEmbeddings)
        {
            tensors.Add(new BaseTensor($"{Head}.weight", [config.VocabSize, config.HiddenSize]));
        }

        return tensors;
    }

    internal static string LayerPath(int layer) => $"model.layers.{layer}";

    private static IEnumerable<LinearModule> LayerLinears(ModelConfig config, int layer)
    {
        int hidden = config.HiddenSize, inner = config.IntermediateSize;
        int query = config.NumAttentionHeads * config.HeadDim, keyValue = config.NumKeyValueHeads * config.HeadDim;
        if (config.Family.FusedProjections)
        {
            return
            [
                Attention("qkv_proj", hidden, query + (2 * keyValue), config.QueryKeyValueBias),
                Attention("o_proj", query, hidden, config.OutputBias),
                Mlp("gate_up_proj", hidden, 2 * inner),
                Mlp("down_proj", inner, hidden),
            ];
        }

        return
        [
            Attention("q_proj", hidden, query, config.QueryKeyValueBias),
            Attention("k_proj", hidden, keyValue, config.QueryKeyValueBias),
            Attention("v_proj", hidden, keyValue, config.QueryKeyValueBias),
            Attention("o_proj", query, hidden, config.OutputBias),
            Mlp("gate_proj", hidden, inner),
            Mlp("up_proj", hidden, inner),
            Mlp("down_proj", inner, hidden),
        ];

        LinearModule Attention(string name, int from, int to, bool bias) =>
            new($"{LayerPath(layer)}.self_attn.{name}", from, to) { HasBias = bias };

        LinearModule Mlp(string name, int from, int to) =>
            new($"{LayerPath(layer)}.mlp.{name}", from, to) { HasBias = config.MlpBias };
    }

    private static IEnumerable<(string Name, int Width)> LayerNorms(ModelConfig config)
    {
        yield return ("input_layernorm", config.HiddenSize);
        yield return ("post_attention_layernorm", config.HiddenSize);
        if (config.Family.OutputNorms)
        {
            yield return ("pre_feedforward_layernorm", config.HiddenSize);
            yield return ("post_feedforward_layernorm", config.HiddenSize);
        }

        if (config.Family.QueryKeyNorms)
        {
            yield return ("self_attn.q_norm", config.HeadDim);
            yield return ("self_attn.k_norm", config.HeadDim);
        }
    }
}
