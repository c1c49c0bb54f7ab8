using LoraMesh.Model.Decoder;
using static TorchSharp.torch;

namespace LoraMesh.Model;

/// <summary>
/// An adapter merged into a base model in memory, for as long as this lives: the base alone then computes what base and
/// adapter did. Disposing it puts the base's own tensors back, bit by bit.
/// </summary>
public sealed class MergedAdapter : IDisposable
{
    private readonly List<(Weight Weight, Tensor Own)> _replaced = [];

    /// <summary>Merges; no session may run the model meanwhile.</summary>
    /// <exception cref="UnsupportedModelException">The weights cannot hold what the adapter does; the base is as it was.</exception>
    public MergedAdapter(CausalLm model, LoraAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(adapter);
        if (AdapterMerge.Unties(adapter, model.Config))
        {
            throw new UnsupportedModelException("The adapter changes embedding or head, which are one matrix in this model: in memory they cannot differ. Merge it into a folder of its own.");
        }

        using var noGradient = no_grad();
        var weights = model.Transformer.Weights.ToDictionary(weight => weight.Name, StringComparer.Ordinal);
        try
        {
            foreach (var (name, value) in AdapterMerge.Tensors(adapter, model.Config, name => weights[name].Value))
            {
                _replaced.Add((weights[name], weights[name].Exchange(value.DetachFromDisposeScope())));
            }
        }
        catch
        {
            Dispose(); // what can't be merged may come to light behind tensors that are already in place
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (weight, own) in _replaced)
        {
            weight.Exchange(own).Dispose();
        }

        _replaced.Clear();
    }
}
