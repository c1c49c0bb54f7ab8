namespace LoraMesh.Model;

/// <summary>Reads which layers see a sliding window, as each family's configuration class decides it.</summary>
internal static class WindowReader
{
    private const string Full = "full_attention";
    private const string Sliding = "sliding_attention";

    internal static IReadOnlyList<int?> Read(string path, ConfigJson json, ModelFamily family, int layers)
    {
        var window = ReadWindow(path, json, family);
        var slides = Enumerable.Range(0, layers).Select(Slides(json, family, window)).ToArray();
        if (ReadTypes(path, json, layers) is { } types)
        {
            var named = types.Select(type => type == Sliding).ToArray();
            if (family.Windows is WindowRule.None or WindowRule.EveryLayer && !named.SequenceEqual(slides))
            {
                throw new UnsupportedModelException($"{path}: layer_types says otherwise than sliding_window. The layers of a {family.ModelType} model are all alike.");
            }

            slides = named;
        }

        return window is null && slides.Contains(true)
            ? throw new UnsupportedModelException($"{path}: some layers slide, but sliding_window is {(json.Has("sliding_window") ? "off (use_sliding_window is false)" : "null")}. Set it, or make every layer '{Full}'.")
            : [.. slides.Select(slide => slide ? window : null)];
    }

    private static int? ReadWindow(string path, ConfigJson json, ModelFamily family)
    {
        if (family.Windows == WindowRule.None)
        {
            return json.Has("sliding_window")
                ? throw new UnsupportedModelException($"{path}: sliding_window is {json.Raw("sliding_window")}. A {family.ModelType} model has no sliding window; set it to null.")
                : null;
        }

        if (family.Windows == WindowRule.UpperLayers && !json.Flag("use_sliding_window", false))
        {
            return null;
        }

        return json.Mentions("sliding_window") && !json.Has("sliding_window") ? null
            : json.Has("sliding_window") || family.DefaultWindow is not null ? json.Int("sliding_window", family.DefaultWindow)
            : null;
    }

    private static Func<int, bool> Slides(ConfigJson json, ModelFamily family, int? window)
    {
        switch (family.Windows)
        {
            case WindowRule.EveryLayer:
                return _ => window is not null;
            case WindowRule.UpperLayers:
                var first = json.Int("max_window_layers", 28, min: 0);
                return layer => window is not null && layer >= first;
            case WindowRule.EverySecond:
                return layer => (layer + 1) % 2 != 0;
            case WindowRule.AllButEveryNth:
                var pattern = json.Int("sliding_window_pattern", 6);
                return layer => (layer + 1) % pattern != 0;
            default:
                return _ => false;
        }
    }

    private static IReadOnlyList<string>? ReadTypes(string path, ConfigJson json, int layers)
    {
        if (json.Strings("layer_types") is not { } types)
        {
            return null;
        }

        if (types.Count != layers)
        {
            throw json.Wrong("layer_types", $"as many entries as num_hidden_layers ({layers})");
        }

        return types.FirstOrDefault(type => type is not (Full or Sliding)) is { } strange
            ? throw new UnsupportedModelException($"{path}: layer_types names '{strange}'. Built: {Full}, {Sliding}.")
            : types;
    }
}
