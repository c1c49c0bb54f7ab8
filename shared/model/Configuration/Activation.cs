namespace LoraMesh.Model;

/// <summary>The function inside the gated unit. Several names in config.json mean the same function.</summary>
public enum Activation
{
    /// <summary>z·σ(z): <c>silu</c>, <c>swish</c>.</summary>
    Silu,

    /// <summary>z·Φ(z): <c>gelu</c>, <c>gelu_python</c>.</summary>
    Gelu,

    /// <summary>
    /// Φ by a tanh: <c>gelu_pytorch_tanh</c>, <c>gelu_python_tanh</c>, <c>gelu_new</c>, <c>gelu_fast</c>,
    /// <c>gelu_accurate</c>.
    /// </summary>
    GeluTanh,

    /// <summary>z·σ(1.702·z): <c>quick_gelu</c>.</summary>
    QuickGelu,

    /// <summary>max(z, 0): <c>relu</c>.</summary>
    Relu,

    /// <summary>max(z, 0)²: <c>relu2</c>.</summary>
    ReluSquared,

    /// <summary>σ(z): <c>sigmoid</c>.</summary>
    Sigmoid,

    /// <summary>tanh(z): <c>tanh</c>.</summary>
    Tanh,

    /// <summary>z itself: <c>linear</c>.</summary>
    Linear,
}
