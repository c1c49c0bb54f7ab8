using LoraMesh.Model;

namespace LoraMesh.NumericsTests;

/// <summary>An adapter's gradients under the names that its weights have on disk.</summary>
internal static class GoldenGradients
{
    internal static IEnumerable<(string Key, float[] Gradient)> Of(LoraAdapter adapter) =>
        adapter.Tensors.Where(tensor => tensor.Gradient is not null)
            .Select(tensor => ($"base_model.model.{tensor.Slot.Key}", tensor.Gradient!.data<float>().ToArray()));
}
