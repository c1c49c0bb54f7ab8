using LoraMesh.Model;
using static TorchSharp.torch;

namespace LoraMesh.Inference.Adapters;

// What has to be looked at in an adapter's numbers before anyone is served with them.
internal static class AdapterNumbers
{
    public static bool AllFinite(LoraAdapter weights)
    {
        using var scope = NewDisposeScope();
        return weights.Parameters.isfinite().all().item<bool>();
    }
}
