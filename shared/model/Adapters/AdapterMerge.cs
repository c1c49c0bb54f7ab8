using LoraMesh.Model.Decoder;
using static TorchSharp.torch;

namespace LoraMesh.Model;

// I input width, O output width.

/// <summary>
/// An adapter laid into the weights of its base: what the two compute together, in the base's own tensors. DoRA, saved
/// modules, embeddings and trained tokens included.
/// </summary>
internal static class AdapterMerge
{
    private const string EmbeddingWeight = $"{ModuleMap.Embedding}.weight";
    private const string HeadWeight = $"{ModuleMap.Head}.weight";

    /// <summary>Whether embedding and head, one matrix in the base, are two afterwards.</summary>
    internal static bool Unties(LoraAdapter adapter, ModelConfig model) =>
        model.TieWordEmbeddings && (adapter.Linear(adapter.Modules.Count) is not null || adapter.Embedding is { Pair: not null } or { Weight: not null });

    /// <summary>The tensors that change, float32 under their names in the base.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <param name="model">Its base model.</param>
    /// <param name="read">A tensor of the base by name; never changed here.</param>
    /// <exception cref="UnsupportedModelException">The adapter does something that weights of the base's kind cannot hold.</exception>
    internal static IEnumerable<(string Name, Tensor Value)> Tensors(LoraAdapter adapter, ModelConfig model, Func<string, Tensor> read)
    {
        for (var index = 0; index < adapter.Modules.Count; index++)
        {
            if (adapter.Linear(index) is { } change)
            {
                foreach (var tensor in Linear(change, adapter.Modules[index], read))
                {
                    yield return tensor;
                }
            }
        }

        if (adapter.Embedding is { } embedding)
        {
            yield return (EmbeddingWeight, Matrix(embedding, read(EmbeddingWeight), transposed: true));
        }

        var head = adapter.Linear(adapter.Modules.Count);
        if (head is not null)
        {
            if (head.Pair?.Bias is not null)
            {
                throw NoBias(ModuleMap.Head);
            }

            yield return (HeadWeight, Matrix(head, Head(adapter, model, read), transposed: false));
        }
        else if (Unties(adapter, model))
        {
            yield return (HeadWeight, Head(adapter, model, read).clone());
        }

        foreach (var tensor in adapter.Tensors.Where(tensor => tensor.Slot.BaseTensor is { } name && adapter.Norm(name) is not null))
        {
            yield return (tensor.Slot.BaseTensor!, tensor.Value.clone());
        }
    }

    // In a tied model the head's matrix is the embedding's, trained tokens included.
    private static Tensor Head(LoraAdapter adapter, ModelConfig model, Func<string, Tensor> read)
    {
        if (!model.TieWordEmbeddings)
        {
            return read(HeadWeight);
        }

        var matrix = read(EmbeddingWeight);
        return adapter.Embedding?.Tokens is { } tokens && adapter.Linear(adapter.Modules.Count)?.Tokens is null ? WithTokens(matrix, tokens) : matrix;
    }

    private static IEnumerable<(string Name, Tensor Value)> Linear(ModuleChange change, LinearModule module, Func<string, Tensor> read)
    {
        if (change.Pair is not null || change.Weight is not null)
        {
            yield return ($"{module.Path}.weight", Matrix(change, read($"{module.Path}.weight"), transposed: false));
        }

        if (change.Pair?.Bias is { } own)
        {
            var bias = module.HasBias ? change.Bias?.Value ?? read($"{module.Path}.bias") : throw NoBias(module.Path);
            yield return ($"{module.Path}.bias", bias.add(own, alpha: change.Pair.Scale));
        }
        else if (change.Bias is { } whole)
        {
            yield return ($"{module.Path}.bias", whole.Value.clone());
        }
    }

    private static Tensor Matrix(ModuleChange change, Tensor weight, bool transposed)
    {
        using var scope = NewDisposeScope();
        var matrix = ((change.Weight ?? change.Frozen)?.Value ?? weight).clone(); // (O, I)
        if (change.Tokens is { } tokens)
        {
            matrix = WithTokens(matrix, tokens);
        }

        if (change.Pair is { } pair)
        {
            var own = transposed ? matrix.t() : matrix; // a view: an embedding's pair is over its transpose
            var factor = pair.Magnitude is null ? null : pair.Factor(own);
            own.add_(pair.Delta());
            if (factor is not null)
            {
                own.mul_(factor.unsqueeze(1));
            }
        }

        return matrix.MoveToOuterDisposeScope();
    }

    private static Tensor WithTokens(Tensor matrix, AdapterTensor tokens) =>
        matrix.index_copy(0, tensor(tokens.Slot.TokenIds.Select(id => (long)id).ToArray()), tokens.Value);

    private static UnsupportedModelException NoBias(string path) =>
        new($"The adapter's lora_bias cannot be merged: {path} has no bias in the base model. Serve the adapter beside the base instead.");
}
