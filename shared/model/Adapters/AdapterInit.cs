using System.Globalization;
using LoraMesh.Model.Decoder;
using static TorchSharp.torch;

namespace LoraMesh.Model;

// I input width, O output width, R rank.

/// <summary>
/// Begins adapters as PEFT does. Matrices cut out of the base's own weights (PiSSA, Meng et al., 2024, arXiv 2404.02948;
/// OLoRA, Büyükakyüz, 2024, arXiv 2406.01775) are taken away from the base again, so that every adapter changes nothing at
/// first.
/// </summary>
internal static class AdapterInit
{
    private const string NiterPrefix = "pissa_niter_";

    // More columns than the rank are iterated, as torch.svd_lowrank's users are told to; the extra ones are cut off.
    private const int Oversampling = 6;

    internal static LoraAdapter Create(LoraConfig config, Transformer model, long seed)
    {
        Check(config);
        var adapter = new LoraAdapter(config, model.Config, trainable: true);
        try
        {
            using var noGradient = no_grad();
            using var scope = NewDisposeScope();
            using var generator = new Generator((ulong)seed);
            var weights = model.Weights.ToDictionary(weight => weight.Name, StringComparer.Ordinal);
            if (model.Config.TieWordEmbeddings)
            {
                weights.Add($"{ModuleMap.Head}.weight", weights[$"{ModuleMap.Embedding}.weight"]);
            }

            foreach (var tensor in adapter.Tensors)
            {
                Begin(tensor, config, weights, generator);
            }

            BeginPairs(adapter, config, weights, generator);
            return adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    private static void Check(LoraConfig config)
    {
        var init = config.InitLoraWeights;
        var fromBase = init is "pissa" or "olora"
            || (init.StartsWith(NiterPrefix, StringComparison.Ordinal) && int.TryParse(init[NiterPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) && rounds is >= 0 and <= 1000);
        if (!fromBase && init is not ("true" or "false" or "gaussian"))
        {
            throw new UnsupportedModelException($"init_lora_weights is '{init}'. Built: true, false, gaussian, olora, pissa, pissa_niter_N.");
        }

        if (fromBase && (config.UseDora || config.LoraBias))
        {
            throw new UnsupportedModelException($"init_lora_weights is '{init}' with {(config.UseDora ? "use_dora" : "lora_bias")}: the result could not be stored for the unchanged base. Use another start.");
        }
    }

    private static void Begin(AdapterTensor tensor, LoraConfig config, Dictionary<string, Weight> weights, Generator generator)
    {
        var (slot, value) = (tensor.Slot, tensor.Value);
        var random = config.InitLoraWeights == "false";
        switch (slot.Part)
        {
            case AdapterPart.A when config.InitLoraWeights == "gaussian":
                value.copy_(randn(value.shape, generator: generator).div_((double)value.shape[0]));
                break;
            case AdapterPart.A:
            case AdapterPart.B when random:
                // Kaiming uniform with a = √5, over the width that is summed.
                var bound = 1 / Math.Sqrt(value.shape[1]);
                value.copy_(rand(value.shape, dtype: ScalarType.Float32, generator: generator).mul_(2 * bound).sub_(bound));
                break;
            case AdapterPart.EmbeddingB:
            case AdapterPart.EmbeddingA when random:
                value.copy_(randn(value.shape, generator: generator));
                break;
            case AdapterPart.Base or AdapterPart.Frozen:
                value.copy_(weights[slot.BaseTensor!].Value);
                break;
            case AdapterPart.Tokens:
                value.copy_(weights[$"{slot.Module}.weight"].Rows(TorchSharp.torch.tensor(slot.TokenIds.Select(id => (long)id).ToArray())));
                break;
        }
    }

    private static void BeginPairs(LoraAdapter adapter, LoraConfig config, Dictionary<string, Weight> weights, Generator generator)
    {
        var paths = adapter.Modules.Select(module => module.Path).Append(ModuleMap.Head).ToList();
        for (var index = 0; index < paths.Count; index++)
        {
            if (adapter.Pair(index) is not { } pair)
            {
                continue;
            }

            using var scope = NewDisposeScope();
            var weight = weights[$"{paths[index]}.weight"].Value; // (O, I)
            if (config.InitLoraWeights is not ("true" or "false" or "gaussian"))
            {
                var (a, b) = FromBase(weight, pair, config.InitLoraWeights, generator);
                pair.A.copy_(a);
                pair.B.copy_(b);
                pair.KeepInitial();
            }

            pair.Magnitude?.copy_(pair.Norm(weight));
        }

        if (adapter.Embedding?.Pair is { Magnitude: { } magnitude } embedding)
        {
            magnitude.copy_(embedding.Norm(weights[$"{ModuleMap.Embedding}.weight"].Value.t()));
        }
    }

    private static (Tensor A, Tensor B) FromBase(Tensor weight, LoraPair pair, string init, Generator generator)
    {
        var rank = pair.A.shape[0];
        if (init == "olora")
        {
            var (q, r) = linalg.qr(weight); // (O, K), (K, I)
            return (r.narrow(0, 0, rank), q.narrow(1, 0, rank));
        }

        var (u, s, vh) = init == "pissa"
            ? linalg.svd(weight, fullMatrices: false)
            : LowRank(weight, rank, int.Parse(init[NiterPrefix.Length..], CultureInfo.InvariantCulture), generator);
        var root = s.narrow(0, 0, rank).div(pair.Scale).sqrt(); // (R)
        return (vh.narrow(0, 0, rank).mul(root.unsqueeze(1)), u.narrow(1, 0, rank).mul(root));
    }

    // Halko, Martinsson and Tropp, 2011, doi:10.1137/090771806, algorithms 4.4 and 5.1.
    private static (Tensor U, Tensor S, Tensor Vh) LowRank(Tensor weight, long rank, int rounds, Generator generator)
    {
        var columns = Math.Min(rank + Oversampling, Math.Min(weight.shape[0], weight.shape[1]));
        var (q, _) = linalg.qr(weight.mm(randn(weight.shape[1], columns, generator: generator)));
        for (var round = 0; round < rounds; round++)
        {
            var (back, _) = linalg.qr(weight.t().mm(q));
            (q, _) = linalg.qr(weight.mm(back));
        }

        var (u, s, vh) = linalg.svd(q.t().mm(weight), fullMatrices: false);
        return (q.mm(u), s, vh);
    }
}
