using System.Globalization;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>Decides from the counts whether a set of files can be trained on.</summary>
internal static class Verdict
{
    /// <summary>The rejection, or null where the rows suffice.</summary>
    public static BuildRejection? Of(DatasetCounts counts, PrepConfig config, ProblemLog problems)
    {
        var usable = string.Create(CultureInfo.InvariantCulture, $"{counts.Kept} of {counts.Read} rows are usable");
        if (counts.Duplicates > 0)
        {
            usable += string.Create(CultureInfo.InvariantCulture, $" ({counts.Duplicates} more are duplicates)");
        }

        if (counts.Kept < config.MinRows)
        {
            return new("too_few_rows", $"{usable}, at least {config.MinRows} are needed (prep.min_rows). {MostFrequent(problems, "Drop more rows.")}");
        }

        // A duplicate is a good row: it is only not needed twice.
        var goodShare = (counts.Kept + (double)counts.Duplicates) / counts.Read;
        if (goodShare < config.MinGoodShare)
        {
            return new("too_few_good_rows", $"{usable}, a share of {Share(goodShare)}; at least {Share(config.MinGoodShare)} is needed (prep.min_good_share). {MostFrequent(problems, string.Empty)}");
        }

        if (counts.Test == 0)
        {
            return new("no_test_rows", $"None of {counts.Kept} rows falls into the held-out split, whose share is {Share(config.TestShare)} (prep.test_share); drop more rows with different prompts, or raise the share.");
        }

        return counts.Train == 0
            ? new("no_train_rows", $"All of {counts.Kept} rows fall into the held-out split, whose share is {Share(config.TestShare)} (prep.test_share); drop more rows with different prompts, or lower the share.")
            : null;
    }

    private static string MostFrequent(ProblemLog problems, string otherwise)
    {
        if (problems.MostFrequent() is not var (kind, count, first))
        {
            return otherwise;
        }

        var place = Shown.Text(first.File, 200) + (first.Line > 0 ? $" line {first.Line}" : string.Empty);
        place += first.Path.Length > 0 ? $", {first.Path}" : string.Empty;
        return $"Most frequent problem: {kind}, {count} {(count == 1 ? "time" : "times")}, first in {place}: found {first.Found}; expected {first.Expected}. {first.Suggestion}";
    }

    private static string Share(double share) => share.ToString("0.###", CultureInfo.InvariantCulture);
}
