using LoraMesh.Model;

namespace LoraMesh.NumericsTests;

/// <summary>An adapter's gradients under the names that its weights have on disk.</summary>
internal static class GoldenGradients
{
    internal static IEnumerable<(string Key, float[] Gradient)> Of(LoraAdapter adapter)
    {
        for (var index = 0; index < adapter.Modules.Count; index++)
        {
            if (adapter.Pair(index) is { } pair)
            {
                var path = $"base_model.model.{adapter.Modules[index].Path}";
                yield return ($"{path}.lora_A.weight", pair.GradientA!.data<float>().ToArray());
                yield return ($"{path}.lora_B.weight", pair.GradientB!.data<float>().ToArray());
            }
        }
    }
}
