using System.Globalization;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>Decides from the counts whether a set of files can be trained on.</summary>
internal static class Verdict
{
    /// <summary>The rejection, or null where the rows suffice.</summary>
    public static BuildRejection? Of(DatasetCounts counts, PrepConfig config, ProblemLog problems, IReadOnlyDictionary<RowKind, long> kinds)
    {
        if (Forbidden(counts, config, problems) is { } forbidden)
        {
            return forbidden;
        }

        if (kinds.GetValueOrDefault(RowKind.Preference) is > 0 and var pairs && kinds.Count > 1)
        {
            return new("mixed_objectives", $"{Shown.Number(pairs)} rows are preference pairs (chosen and rejected), {Shown.Number(kinds.Values.Sum() - pairs)} are not: one run learns from one or the other. Drop them as two projects.");
        }

        var usable = string.Create(CultureInfo.InvariantCulture, $"{counts.Kept} of {counts.Read} rows are usable");
        if (counts.Duplicates > 0)
        {
            usable += string.Create(CultureInfo.InvariantCulture, $" ({counts.Duplicates} more are duplicates)");
        }

        if (counts.Kept < config.MinRows)
        {
            return new("too_few_rows", $"{usable}, at least {config.MinRows} are needed (prep.min_rows). {MostFrequent(problems, "Drop more rows.")}");
        }

        // A duplicate is a good row, it is only not needed twice; so is what cleaning leaves out.
        var goodShare = (counts.Kept + counts.Left + (double)counts.Duplicates) / counts.Read;
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

    // What the project does not put up with, however many good rows there are.
    private static BuildRejection? Forbidden(DatasetCounts counts, PrepConfig config, ProblemLog problems)
    {
        if (problems.Refusing is { } refusing)
        {
            return new("refused_by_policy", $"The project refuses data with {refusing.Kind} (prep.policies.{refusing.Kind}), first found in {Place(refusing)}: found {refusing.Found}; expected {refusing.Expected}. {refusing.Suggestion}");
        }

        foreach (var (kind, share) in config.MaxShares.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var found = (double)problems.Counts.GetValueOrDefault(kind);
            if (found > share * counts.Read)
            {
                return new("too_many_problems", $"{kind} was found {found} times in {counts.Read} rows, a share of {Share(found / Math.Max(1, counts.Read))}; at most {Share(share)} is allowed (prep.max_shares.{kind}). First in {Place(problems.FirstOf(kind))}.");
            }
        }

        return counts.Kept <= config.MaxRows ? null : new("too_many_rows", $"The data have {Shown.Number(counts.Kept)} rows; allowed are at most {Shown.Number(config.MaxRows)} (prep.max_rows). Drop fewer rows, or raise prep.max_rows in project.yaml.");
    }

    private static string MostFrequent(ProblemLog problems, string otherwise)
    {
        if (problems.MostFrequent() is not var (kind, count, first))
        {
            return otherwise;
        }

        return $"Most frequent problem: {kind}, {count} {(count == 1 ? "time" : "times")}, first in {Place(first)}: found {first.Found}; expected {first.Expected}. {first.Suggestion}";
    }

    private static string Place(DataProblem problem) =>
        Shown.Text(problem.File, 200) + (problem.Line > 0 ? $" line {problem.Line}" : string.Empty) + (problem.Path.Length > 0 ? $", {problem.Path}" : string.Empty);

    private static string Share(double share) => share.ToString("0.###", CultureInfo.InvariantCulture);
}
