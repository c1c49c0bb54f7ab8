namespace LoraMesh.Model;

/// <summary>One tensor of a base model's safetensors files.</summary>
/// <param name="Name">Name in transformers, such as <c>model.layers.0.self_attn.q_proj.weight</c>.</param>
/// <param name="Shape">Sizes, outermost first; matrices are [out, in].</param>
public sealed record BaseTensor(string Name, IReadOnlyList<long> Shape);
