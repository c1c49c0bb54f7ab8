namespace LoraMesh.Model.Gguf;

/// <summary>How llama.cpp names a family and its tensors, and in which order it wants the rows of q and k.</summary>
internal sealed class GgufArchitecture
{
    private static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        ["self_attn.q_proj"] = "attn_q", ["self_attn.k_proj"] = "attn_k", ["self_attn.v_proj"] = "attn_v", ["self_attn.o_proj"] = "attn_output",
        ["self_attn.qkv_proj"] = "attn_qkv", ["self_attn.q_norm"] = "attn_q_norm", ["self_attn.k_norm"] = "attn_k_norm",
        ["mlp.gate_proj"] = "ffn_gate", ["mlp.up_proj"] = "ffn_up", ["mlp.down_proj"] = "ffn_down", ["mlp.gate_up_proj"] = "ffn_up",
        ["input_layernorm"] = "attn_norm", ["post_attention_layernorm"] = "ffn_norm",
    };

    private static readonly Dictionary<string, string> OutputNormParts = new(Parts, StringComparer.Ordinal)
    {
        ["post_attention_layernorm"] = "post_attention_norm", ["pre_feedforward_layernorm"] = "ffn_norm", ["post_feedforward_layernorm"] = "post_ffw_norm",
    };

    private readonly ModelConfig _config;

    internal GgufArchitecture(ModelConfig config)
    {
        _config = config;
        Name = config.ModelType switch
        {
            "mistral" => "llama",
            "gemma3_text" => "gemma3",
            var name => name,
        };
    }

    /// <summary><c>general.architecture</c>, and the first part of its keys.</summary>
    internal string Name { get; }

    /// <summary>Name of a module's weight in GGUF without <c>.weight</c>, such as <c>blk.0.attn_q</c>.</summary>
    internal string ModuleName(string path)
    {
        switch (path)
        {
            case ModuleMap.Embedding:
                return "token_embd";
            case ModuleMap.Head:
                return "output";
            case ModuleMap.FinalNorm:
                return "output_norm";
            default:
                var layer = path.Split('.')[2];
                return $"blk.{layer}.{(_config.Family.OutputNorms ? OutputNormParts : Parts)[path[(ModuleMap.LayerPath(0).Length - 1 + layer.Length + 1)..]]}";
        }
    }

    /// <summary>Heads whose rows are put in another order there; 0 where the rows stay as they are.</summary>
    internal int TurnedHeads(string path) => Name != "llama" ? 0
        : path.EndsWith(".q_proj", StringComparison.Ordinal) ? _config.NumAttentionHeads
        : path.EndsWith(".k_proj", StringComparison.Ordinal) ? _config.NumKeyValueHeads
        : 0;
}
