using System.Globalization;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Formats;
using LoraMesh.Model;
using Spectre.Console;

namespace LoraMesh.AllInOne.Commands;

/// <summary>Shows what a model is made of.</summary>
/// <param name="screen">Where it goes.</param>
public sealed class ModelInfo(Screen screen)
{
    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">A folder is missing, or what it holds is refused.</exception>
    public int Run(string folder, string? adapterFolder)
    {
        var (config, tensors) = LoadedModel.Read("--model", folder, () =>
        {
            var read = ModelConfig.Read(folder);
            return (read, BaseWeights.Describe(folder, read));
        });
        var modules = Modules(config, tensors);
        var adapter = adapterFolder is null ? null : AdapterInfo(adapterFolder, config);
        Show(config, tensors, modules);
        if (adapter is not null)
        {
            screen.Line($"adapter {adapterFolder}: rank {adapter.R}, alpha {Number(adapter.LoraAlpha)}, scale {Number(adapter.Scale)}, on {string.Join(", ", adapter.TargetModules)}; {adapter.Parameters:N0} parameters, {adapter.Bytes:N0} bytes");
        }

        if (screen.Json)
        {
            screen.Emit(Describe(config, tensors, modules, adapter));
        }

        return ExitCode.Done;
    }

    private void Show(ModelConfig config, IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyList<ModuleRow> modules)
    {
        screen.Line($"family {config.ModelType}, {tensors.Sum(tensor => tensor.Count):N0} parameters in {string.Join(", ", Dtypes(tensors))}");
        screen.Line($"{config.NumHiddenLayers} layers, hidden {config.HiddenSize}, inner {config.IntermediateSize} ({config.HiddenActivation}), vocabulary {config.VocabSize}{(config.TieWordEmbeddings ? ", head tied" : string.Empty)}");
        screen.Line($"{config.NumAttentionHeads} heads of {config.HeadDim}, {config.NumKeyValueHeads} for keys and values; context {config.MaxPositionEmbeddings}");
        screen.Line($"rotary embedding {Describe(config.Rope)}{(config.LocalRope is { } local ? $"; layers with a window {Describe(local)}" : string.Empty)}");
        if (config.LayerWindows.Any(window => window is not null))
        {
            screen.Line($"sliding window {config.LayerWindows.First(window => window is not null)} in {config.LayerWindows.Count(window => window is not null)} of {config.NumHiddenLayers} layers");
        }

        var table = new Table().AddColumns("module", "in", "out", "bias", "count", "parameters");
        foreach (var row in modules)
        {
            table.AddRow(row.Name, $"{row.In}", $"{row.Out}", row.Bias ? "yes" : "no", $"{row.Count}", $"{row.Parameters:N0}");
        }

        screen.Console.Write(table);
    }

    private static object Describe(ModelConfig config, IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyList<ModuleRow> modules, AdapterRow? adapter) => new
    {
        family = config.ModelType,
        config.VocabSize,
        config.HiddenSize,
        config.IntermediateSize,
        layers = config.NumHiddenLayers,
        heads = config.NumAttentionHeads,
        keyValueHeads = config.NumKeyValueHeads,
        config.HeadDim,
        context = config.MaxPositionEmbeddings,
        activation = config.HiddenActivation.ToString(),
        tied = config.TieWordEmbeddings,
        windows = config.LayerWindows,
        config.AttentionSoftcap,
        config.FinalSoftcap,
        rope = config.Rope,
        localRope = config.LocalRope,
        endTokens = config.EosTokenIds,
        dtypes = Dtypes(tensors),
        parameters = tensors.Sum(tensor => tensor.Count),
        bytes = tensors.Sum(tensor => tensor.End - tensor.Begin),
        modules,
        adapter,
    };

    private static List<ModuleRow> Modules(ModelConfig config, IReadOnlyList<SafetensorsTensor> tensors)
    {
        var rows = ModuleMap.Linears(config).GroupBy(linear => linear.Name).Select(group => new ModuleRow(
            group.Key, group.First().In, group.First().Out, group.First().HasBias, group.Count(),
            group.Sum(linear => ((long)linear.In * linear.Out) + (linear.HasBias ? linear.Out : 0)))).ToList();
        rows.Insert(0, new ModuleRow("embed_tokens", config.VocabSize, config.HiddenSize, Bias: false, 1, (long)config.VocabSize * config.HiddenSize));
        var norms = tensors.Where(tensor => tensor.Name.EndsWith("norm.weight", StringComparison.Ordinal)).ToList();
        rows.Add(new ModuleRow("norms", config.HiddenSize, config.HiddenSize, Bias: false, norms.Count, norms.Sum(tensor => tensor.Count)));
        rows.Add(new ModuleRow("lm_head", config.HiddenSize, config.VocabSize, Bias: false, 1, config.TieWordEmbeddings ? 0 : (long)config.VocabSize * config.HiddenSize));
        return rows;
    }

    private static AdapterRow AdapterInfo(string folder, ModelConfig config) => LoadedModel.Read("--adapter", folder, () =>
    {
        TorchRuntime.Initialize();
        using var adapter = LoraAdapter.Load(folder, config);
        var size = new FileInfo(Path.Combine(folder, "adapter_model.safetensors")).Length;
        return new AdapterRow(adapter.Config.R, adapter.Config.LoraAlpha, adapter.Config.UseRslora, adapter.Config.UseDora, adapter.Config.Scale(adapter.Config.R, adapter.Config.LoraAlpha), adapter.TargetModules, adapter.Count, size);
    });

    private static List<string> Dtypes(IReadOnlyList<SafetensorsTensor> tensors) => [.. tensors.Select(tensor => tensor.Dtype).Distinct().Order(StringComparer.Ordinal)];

    private static string Describe(RopeConfig rope) =>
        $"{rope.Type}, base {Number(rope.Theta)}{(rope.Factor == 1 ? string.Empty : $", factor {Number(rope.Factor)}")}, {rope.RotaryDim} dimensions a head";

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Modules of one name.</summary>
    private sealed record ModuleRow(string Name, int In, int Out, bool Bias, int Count, long Parameters);

    /// <summary>An adapter's figures; bytes are those of its safetensors file.</summary>
    private sealed record AdapterRow(int R, double LoraAlpha, bool UseRslora, bool UseDora, double Scale, IReadOnlyList<string> TargetModules, long Parameters, long Bytes);
}
