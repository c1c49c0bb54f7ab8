namespace LoraMesh.Model.Decoder;

/// <summary>Hands a layer's modules to its parts, by their names within the layer.</summary>
/// <param name="Index">Which layer.</param>
/// <param name="Config">The model's configuration.</param>
/// <param name="Linear">A linear layer, such as <c>self_attn.o_proj</c>.</param>
/// <param name="Norm">A norm, such as <c>input_layernorm</c>.</param>
internal sealed record LayerModules(int Index, ModelConfig Config, Func<string, Linear> Linear, Func<string, RmsNorm> Norm)
{
    /// <summary>The projections of one input, which the family may keep in one matrix.</summary>
    internal Projections Projections(string fused, IReadOnlyList<string> separate, IReadOnlyList<long> widths) =>
        new(Config.Family.FusedProjections ? [Linear(fused)] : [.. separate.Select(Linear)], widths);
}
