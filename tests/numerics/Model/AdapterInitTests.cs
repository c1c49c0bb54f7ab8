using LoraMesh.Model;
using TorchSharp;

namespace LoraMesh.NumericsTests.Model;

public sealed class AdapterInitTests
{
    [Theory]
    [InlineData("true", false)]
    [InlineData("gaussian", false)]
    [InlineData("pissa", false)]
    [InlineData("pissa", true)]
    [InlineData("pissa_niter_4", false)]
    [InlineData("olora", true)]
    public void Create_AnyStart_ChangesNothingAndIsStoredForThePlainBase(string init, bool rslora)
    {
        var golden = new Golden("models/llama-untied");
        using var model = CausalLm.Load(golden.Folder);
        var (batch, labels, _) = golden.Unpad();
        var config = new LoraConfig { R = 4, LoraAlpha = 8, UseRslora = rslora, TargetModules = ["all-linear"], InitLoraWeights = init };
        using var adapter = LoraAdapter.Create(config, model, seed: 3);
        using var plain = model.Logits(batch, adapter: null);
        var tolerance = 2e-5 * plain.abs().max().item<float>(); // float32 rounding of W - sBA + sBA

        using (var begun = model.Logits(batch, adapter))
        {
            Assert.InRange(Golden.MaxDifference(begun.data<float>().ToArray(), plain.data<float>().ToArray()), 0, tolerance);
        }

        using var optimizer = new AdamW(adapter.Parameters, adapter.Gradients!);
        for (var step = 0; step < 3; step++)
        {
            adapter.ZeroGradients();
            SftObjective.AddGradients(model, adapter, batch, labels, SftObjective.SupervisedTokens(batch, labels));
            optimizer.Step(1e-2);
        }

        var folder = Directory.CreateTempSubdirectory("loramesh-test-").FullName;
        adapter.Save(folder);
        using var stored = LoraAdapter.Load(folder, model.Config);
        using var trained = model.Logits(batch, adapter);
        using var read = model.Logits(batch, stored);
        Assert.InRange(Golden.MaxDifference(read.data<float>().ToArray(), trained.data<float>().ToArray()), 0, tolerance);
        Assert.True(Golden.MaxDifference(trained.data<float>().ToArray(), plain.data<float>().ToArray()) > 100 * tolerance, "Three steps must show.");
        Directory.Delete(folder, recursive: true);
    }
}
