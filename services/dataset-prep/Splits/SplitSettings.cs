using System.Globalization;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Splits;

/// <summary>What of the settings for near-duplicates and splits does not fit together.</summary>
internal static class SplitSettings
{
    /// <summary>One sentence for each setting that is wrong; none where all are right.</summary>
    public static IEnumerable<string> Problems(PrepConfig config)
    {
        var (near, split) = (config.NearDuplicates, config.Split);
        if (near.Threshold is not (>= 0.5 and <= 1))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"prep.near_duplicates.threshold is {near.Threshold}; allowed is 0.5 to 1.");
        }

        if (near.Policy is not (NearDuplicatePolicy.Drop or NearDuplicatePolicy.Separate or NearDuplicatePolicy.Report or NearDuplicatePolicy.Off))
        {
            yield return $"prep.near_duplicates.policy is '{Shown.Text(near.Policy)}'; allowed is drop, separate, report, off.";
        }

        if (split.By is not (SplitBy.Prompt or SplitBy.Group or SplitBy.Time))
        {
            yield return $"prep.split.by is '{Shown.Text(split.By)}'; allowed is prompt, group, time.";
        }

        if ((split.Field is null) != (split.By == SplitBy.Prompt))
        {
            yield return split.Field is null ? $"prep.split.by is {split.By}, so prep.split.field must name the field that decides." : "prep.split.field is set, but prep.split.by is prompt: set it to group or time, or remove the field.";
        }

        if ((split.TestFrom is not null) != (split.By == SplitBy.Time) || (split.TestFrom is not null && RowTime.Parse(split.TestFrom) is null))
        {
            yield return split.By == SplitBy.Time
                ? $"prep.split.test_from is '{Shown.Text(split.TestFrom ?? string.Empty)}'; for a split by time it must be the first time that is held out, such as 2026-01-31 or 2026-01-31T08:00:00Z."
                : "prep.split.test_from is only for a split by time; remove it, or set prep.split.by to time.";
        }

        if (split.Shares.Count > 0 && (split.StratifyBy is null || split.By != SplitBy.Prompt))
        {
            yield return "prep.split.shares needs prep.split.stratify_by, and a split by prompt: a group or a time cannot have several shares.";
        }

        foreach (var (value, share) in split.Shares.Where(entry => entry.Value is not (>= 0 and <= 1)))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"prep.split.shares.{Shown.Text(value)} is {share}; allowed is 0 to 1.");
        }
    }
}
