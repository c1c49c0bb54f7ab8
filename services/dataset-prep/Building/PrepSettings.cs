using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Rows;
using LoraMesh.DatasetPrep.Splits;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>The ranges of the settings that preparing data depends on.</summary>
internal static class PrepSettings
{
    /// <summary>One sentence for each setting that is out of its range, with its value and range; null where all are within.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="classifies">Whether the operator has a classifier of toxic texts.</param>
    public static string? Problem(ProjectConfig config, bool classifies)
    {
        var (prep, errors) = (config.Prep, new List<string>());
        Require(errors, prep.TestShare is > 0 and <= 0.5, "prep.test_share", prep.TestShare, "above 0, at most 0.5");
        Require(errors, prep.MinGoodShare is >= 0 and <= 1, "prep.min_good_share", prep.MinGoodShare, "0 to 1");
        Require(errors, prep.MinRows >= 2, "prep.min_rows", prep.MinRows, "at least 2");
        Require(errors, prep.MaxRows >= prep.MinRows, "prep.max_rows", prep.MaxRows, "at least prep.min_rows");
        Require(errors, prep.MaxSequenceLength >= 2, "prep.max_sequence_length", prep.MaxSequenceLength, "at least 2");
        Require(errors, prep.MaxFileBytes >= 1, "prep.max_file_bytes", prep.MaxFileBytes, "at least 1");
        Require(errors, config.Training.TokensPerBatch >= 2, "training.tokens_per_batch", config.Training.TokensPerBatch, "at least 2");
        Require(errors, prep.ShardTokens >= 2, "prep.shard_tokens", prep.ShardTokens, "at least 2");
        foreach (var field in prep.Columns.Keys)
        {
            Require(errors, RowFields.AreKnown(field), $"prep.columns.{field}", prep.Columns[field], $"a field that rows are read by as the key: {string.Join(", ", RowFields.Names)}");
        }

        foreach (var language in prep.Languages)
        {
            Require(errors, LanguageGuess.Known.Contains(language, StringComparer.Ordinal), "prep.languages", language, $"any of {string.Join(", ", LanguageGuess.Known)}");
        }

        Require(errors, prep.ToxicityThreshold is > 0 and <= 1, "prep.toxicity_threshold", prep.ToxicityThreshold, "above 0, at most 1");
        if (!classifies && prep.Policies.GetValueOrDefault(ProblemKind.ToxicText) is { } policy && !policy.Equals(nameof(ProblemPolicy.Ignore), StringComparison.OrdinalIgnoreCase))
        {
            errors.Add($"prep.policies.{ProblemKind.ToxicText} is {policy}, but the operator has configured no classifier (DatasetPrep:ToxicityHook, or --toxicity-hook).");
        }

        errors.AddRange(ProblemPolicies.Problem(prep));
        errors.AddRange(SplitSettings.Problems(prep));
        foreach (var (kind, share) in prep.MaxShares)
        {
            Require(errors, KindRules.All.ContainsKey(kind), $"prep.max_shares.{kind}", share, $"a kind of problem as the key: {string.Join(", ", KindRules.All.Keys)}");
            Require(errors, share is >= 0 and <= 1, $"prep.max_shares.{kind}", share, "0 to 1");
        }

        return errors.Count == 0 ? null : string.Join(" ", errors);
    }

    private static void Require(List<string> errors, bool met, string key, object value, string range)
    {
        if (!met)
        {
            errors.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{key} is {value}; allowed is {range}."));
        }
    }
}
