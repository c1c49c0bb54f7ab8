namespace LoraMesh.Model;

/// <summary>The linear layers of a decoder by their paths in transformers, in one fixed order.</summary>
public static class ModuleMap
{
    /// <summary>Number of linear layers in one decoder layer.</summary>
    public const int PerLayer = 7;

    /// <summary>All linear layers that an adapter may target (the output head is none of them).</summary>
    public static IReadOnlyList<LinearModule> Linears(ModelConfig config)
    {
        int hidden = config.HiddenSize, inner = config.IntermediateSize;
        int query = config.NumAttentionHeads * config.HeadDim, keyValue = config.NumKeyValueHeads * config.HeadDim;
        var modules = new List<LinearModule>(config.NumHiddenLayers * PerLayer);
        for (var layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            var path = $"model.layers.{layer}";
            modules.Add(new LinearModule($"{path}.self_attn.q_proj", hidden, query));
            modules.Add(new LinearModule($"{path}.self_attn.k_proj", hidden, keyValue));
            modules.Add(new LinearModule($"{path}.self_attn.v_proj", hidden, keyValue));
            modules.Add(new LinearModule($"{path}.self_attn.o_proj", query, hidden));
            modules.Add(new LinearModule($"{path}.mlp.gate_proj", hidden, inner));
            modules.Add(new LinearModule($"{path}.mlp.up_proj", hidden, inner));
            modules.Add(new LinearModule($"{path}.mlp.down_proj", inner, hidden));
        }

        return modules;
    }
}
