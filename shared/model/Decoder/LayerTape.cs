using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, C channels, H query heads, K key/value heads, D head width, I inner width.

/// <summary>What the backward pass of one layer needs of its forward pass.</summary>
internal sealed class LayerTape : IDisposable
{
    internal required Tensor Input { get; init; } // (T, C)

    internal required Tensor AttentionInput { get; init; } // (T, C), normed

    internal required Tensor Q { get; init; } // (T, H, D), rotated

    internal required Tensor K { get; init; } // (T, K, D), rotated

    internal required Tensor V { get; init; } // (T, K, D)

    internal required Tensor Mixed { get; init; } // (T, H·D)

    internal required Tensor Middle { get; init; } // (T, C), after attention

    internal required Tensor MlpInput { get; init; } // (T, C), normed

    internal required Tensor Gate { get; init; } // (T, I), before the activation

    internal required Tensor Up { get; init; } // (T, I)

    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[Input, AttentionInput, Q, K, V, Mixed, Middle, MlpInput, Gate, Up])
        {
            tensor.Dispose();
        }
    }
}
