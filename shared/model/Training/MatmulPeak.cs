using System.Diagnostics;
using static TorchSharp.torch;

namespace LoraMesh.Model;

/// <summary>What this machine's matrix products reach, and what of it a training needs for a token.</summary>
public static class MatmulPeak
{
    private const int Rows = 512;
    private const int Width = 1024;
    private const int Products = 6;

    /// <summary>Floating-point operations a second of the fastest of a few products, on as many threads as there are; takes some hundredths of a second.</summary>
    /// <param name="half">In bfloat16, else in float32.</param>
    public static double Measure(bool half)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var type = half ? ScalarType.BFloat16 : ScalarType.Float32;
        Tensor x = ones([Rows, Width], type), w = ones([Width, Width], type);
        var fastest = double.MaxValue;
        for (var product = 0; product < Products; product++)
        {
            var started = Stopwatch.GetTimestamp();
            nn.functional.linear(x, w);
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return 2.0 * Rows * Width * Width / fastest;
    }

    /// <summary>
    /// Operations of a training step for each of its tokens: forward and the gradient of the input for frozen weights, that of the
    /// weight too for the adapter. Attention's own, which depend on lengths, and what is computed again are not counted.
    /// </summary>
    public static double OperationsPerToken(CausalLm model, LoraAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(adapter);
        var config = model.Config;
        var frozen = ModuleMap.Linears(config).Sum(module => (double)module.In * module.Out) + ((double)config.HiddenSize * config.VocabSize);
        return (4 * frozen) + (6.0 * adapter.Count);
    }
}
