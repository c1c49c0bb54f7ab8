using LoraMesh.Model;
using TorchSharp;

namespace LoraMesh.NumericsTests.Inference;

/// <summary>Random adapters for <see cref="TinyModel"/>, strong enough to change what it says.</summary>
internal static class TinyAdapter
{
    public static void Write(string folder, ModelConfig config, int seed, float size = 0.3f)
    {
        using var adapter = new LoraAdapter(new LoraConfig { R = 4, LoraAlpha = 8, TargetModules = ["all-linear"] }, config, trainable: false);
        using var generator = new torch.Generator((ulong)seed);
        using var numbers = torch.rand(adapter.Count, generator: generator).sub_(0.5f).mul_(2 * size);
        using var none = torch.no_grad();
        adapter.Parameters.copy_(numbers);
        Directory.CreateDirectory(folder);
        adapter.Save(folder);
    }
}
