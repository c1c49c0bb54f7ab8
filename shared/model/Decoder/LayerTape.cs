using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, C channels, H query heads, K key/value heads, D head width, I inner width.

/// <summary>What the backward pass of one layer needs of its forward pass; set by the parts of the layer.</summary>
internal sealed class LayerTape : IDisposable
{
    internal Tensor? Input { get; set; } // (T, C)

    internal Tensor? AttentionInput { get; set; } // (T, C), normed

    internal Tensor? Query { get; set; } // (T, H, D), before its norm; null without one

    internal Tensor? Key { get; set; } // (T, K, D), before its norm; null without one

    internal Tensor? Q { get; set; } // (T, H, D), rotated

    internal Tensor? K { get; set; } // (T, K, D), rotated

    internal Tensor? V { get; set; } // (T, K, D)

    internal Tensor? Mixed { get; set; } // (T, H·D)

    internal Tensor? Attended { get; set; } // (T, C), before the output norm; null without one

    internal Tensor? Middle { get; set; } // (T, C), after attention

    internal Tensor? MlpInput { get; set; } // (T, C), normed

    internal Tensor? Gate { get; set; } // (T, I), before the activation

    internal Tensor? Up { get; set; } // (T, I)

    internal Tensor? Gated { get; set; } // (T, C), before the output norm; null without one

    public void Dispose()
    {
        foreach (var tensor in (Tensor?[])[Input, AttentionInput, Query, Key, Q, K, V, Mixed, Attended, Middle, MlpInput, Gate, Up, Gated])
        {
            tensor?.Dispose();
        }
    }
}
