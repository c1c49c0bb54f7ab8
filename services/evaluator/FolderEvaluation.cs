using LoraMesh.Evaluator.Contest;
using LoraMesh.Formats;
using LoraMesh.Model;

namespace LoraMesh.Evaluator;

/// <summary>The loss of a base model on some rows, with and without an adapter; by hand, from folders.</summary>
public static class FolderEvaluation
{
    /// <summary>Measures. Synchronous: give it a thread of its own.</summary>
    /// <param name="modelFolder">Base model as a Hugging Face folder.</param>
    /// <param name="adapterFolder">PEFT folder; null for the base alone.</param>
    /// <param name="shard">The rows.</param>
    /// <param name="progress">Hears of rows measured and rows in all, those of the base and those of the adapter counted each.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="UnsupportedModelException">Model or adapter ask for something that is not built.</exception>
    /// <exception cref="InvalidDataException">A file is malformed, or no token carries loss.</exception>
    public static MeasuredLoss Run(string modelFolder, string? adapterFolder, TokenShard shard, Action<int, int> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(shard);
        ArgumentNullException.ThrowIfNull(progress);
        var losses = LossRow.All(shard);
        var supervised = losses.Sum(row => (long)row.Places.Length);
        if (supervised == 0)
        {
            throw new InvalidDataException("No token of the data carries loss; labels are -100 throughout.");
        }

        TorchRuntime.Initialize();
        using var model = CausalLm.LoadForServing(modelFolder);
        if (Math.Max(shard.InputIds.Max(), shard.Labels.Max()) is var highest && highest >= model.Config.VocabSize)
        {
            throw new InvalidDataException($"The data have the token id {highest}; the model's vocabulary ends at {model.Config.VocabSize - 1}. Tokenize them with this model's tokenizer.");
        }

        using var adapter = adapterFolder is null ? null : LoraAdapter.Load(adapterFolder, model.Config);
        List<Contestant> contestants = [new("base", null, shard.Rows, answered: 0)];
        if (adapter is not null)
        {
            contestants.Add(new Contestant("candidate", adapter, shard.Rows, answered: 0));
        }

        var (done, total) = (0, shard.Rows * contestants.Count);
        using var prefixes = new SharedPrefixes(model, [], losses);
        LossMeasure.Measure(model, losses, contestants, prefixes, rows => progress(done += rows, total), cancellationToken);
        return new MeasuredLoss
        {
            Rows = shard.Rows,
            Tokens = shard.InputIds.Length,
            SupervisedTokens = supervised,
            BaseLoss = contestants[0].Losses.Sum() / supervised,
            AdapterLoss = adapter is null ? null : contestants[1].Losses.Sum() / supervised,
        };
    }
}
