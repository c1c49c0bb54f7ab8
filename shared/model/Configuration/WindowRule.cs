namespace LoraMesh.Model;

/// <summary>Which layers of a family see only a sliding window of tokens.</summary>
public enum WindowRule
{
    /// <summary>None.</summary>
    None,

    /// <summary>All of them, where <c>sliding_window</c> is set.</summary>
    EveryLayer,

    /// <summary>
    /// With <c>use_sliding_window</c>, those that <c>layer_types</c> names, or all from <c>max_window_layers</c> on.
    /// </summary>
    UpperLayers,

    /// <summary>Those that <c>layer_types</c> names, or the first, third, fifth and so on.</summary>
    EverySecond,

    /// <summary>Those that <c>layer_types</c> names, or all but every <c>sliding_window_pattern</c>-th.</summary>
    AllButEveryNth,
}
