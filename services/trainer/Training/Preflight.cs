using System.Globalization;
using LoraMesh.Contracts;
using LoraMesh.Model;

namespace LoraMesh.Trainer.Training;

/// <summary>What is seen of a training before its first step.</summary>
/// <param name="Rows">Rows, or answers of pairs.</param>
/// <param name="Tokens">Their tokens.</param>
/// <param name="SupervisedTokens">Those that carry loss.</param>
/// <param name="RowsWithoutLoss">Rows without any such token.</param>
public sealed record Preflight(int Rows, long Tokens, long SupervisedTokens, int RowsWithoutLoss)
{
    // Rates by size, an order of magnitude above what is usual (LoRA Without Regret: about ten times that of full fine-tuning).
    private const double HighestRate = 1e-2;
    private const double HighestRateOfLargeModels = 2e-3;
    private const long LargeModel = 500_000_000;
    private const double FewTokens = 0.01;

    /// <summary>What is odd, a sentence each; training goes on all the same.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    internal static Preflight Of(IEnumerable<int[]> labels)
    {
        var (rows, without) = (0, 0);
        long tokens = 0, supervised = 0;
        foreach (var row in labels)
        {
            // Nothing predicts a row's first token.
            var own = row.Skip(1).Count(label => label != Formats.TokenShard.IgnoreIndex);
            (rows, tokens, supervised, without) = (rows + 1, tokens + row.Length, supervised + own, without + (own == 0 ? 1 : 0));
        }

        return new Preflight(rows, tokens, supervised, without);
    }

    /// <summary>The same with what is odd about it.</summary>
    internal Preflight Judge(TrainingConfig config, CausalLm model, LoraAdapter adapter, int steps)
    {
        List<string> warnings = [];
        if (RowsWithoutLoss > 0)
        {
            warnings.Add(Say($"{RowsWithoutLoss} of {Rows} rows have no token that carries loss and teach nothing: their answers are empty or were cut off (prep.max_sequence_length)."));
        }

        if (SupervisedTokens < FewTokens * Tokens)
        {
            warnings.Add(Say($"Only {SupervisedTokens} of {Tokens} tokens carry loss: see in the dataset's report whether answers are marked as answers."));
        }

        if (config.LearningRate > (model.ParameterCount > LargeModel ? HighestRateOfLargeModels : HighestRate))
        {
            warnings.Add(Say($"learning_rate is {config.LearningRate}, high for a model of {model.ParameterCount} weights: 1e-4 to 2e-4 is usual for billions, 2e-3 for a few millions."));
        }

        if (config.R > adapter.SmallestSide)
        {
            warnings.Add(Say($"r is {config.R}, but an adapted layer has {adapter.SmallestSide} inputs or outputs only: a rank above that adds numbers and nothing else. Lower r, or give those layers less by rank_pattern."));
        }

        if (config.WarmupSteps is >= 1 and var warmup && warmup >= steps)
        {
            warnings.Add(Say($"warmup_steps is {warmup}, and there are {steps} steps: the rate never reaches learning_rate."));
        }

        return this with { Warnings = warnings };
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
