using LoraMesh.Model;
using TorchSharp;

namespace LoraMesh.NumericsTests.Model;

public sealed class MemoryTests
{
    [Fact]
    public void AddGradients_FiftySteps_LeavesNoTensorBehind()
    {
        var golden = new Golden("lora/plain-llama");
        using var model = CausalLm.Load(Path.Combine(golden.Folder, "..", "..", "models", "llama-untied"));
        using var adapter = LoraAdapter.LoadTrainable(Path.Combine(golden.Folder, "nonzero"), model.Config);
        using var optimizer = new AdamW(adapter.Parameters, adapter.Gradients!);
        var (batch, labels, _) = golden.Unpad();
        Step();
        // What earlier tests dropped without disposing must not count for us, nor against.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = torch.Tensor.TotalCount;

        for (var step = 0; step < 50; step++)
        {
            Step();
        }

        Assert.InRange(torch.Tensor.TotalCount, 0, before);

        void Step()
        {
            adapter.ZeroGradients();
            SftObjective.AddGradients(model, adapter, batch, labels, 10);
            SftObjective.ClipGradients(adapter.Gradients!, 1);
            optimizer.Step(1e-3);
        }
    }
}
