namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Finds personal data and secrets in a text, in time that grows with its length alone: scanners by hand, no backtracking.</summary>
internal static class PersonalDataFinder
{
    /// <summary>What was found, in order of place; none overlaps another.</summary>
    public static List<PersonalDataSpan> Find(ReadOnlySpan<char> text)
    {
        // In order of certainty: of two that overlap, the one found earlier stands.
        var found = new List<PersonalDataSpan>();
        Secrets.Find(text, found);
        Ibans.Find(text, found);
        Emails.Find(text, found);
        if (text.ContainsAnyInRange('0', '9'))
        {
            NationalCodes.Find(text, found);
            IpV6.Find(text, found);
            Numbers.Find(text, found);
        }

        return found.Count < 2 ? found : Separate(found);
    }

    private static List<PersonalDataSpan> Separate(List<PersonalDataSpan> found)
    {
        var ordered = found.Select((span, rank) => (span, rank)).OrderBy(item => item.span.Start).ThenBy(item => item.rank);
        var kept = new List<(PersonalDataSpan Span, int Rank)>(found.Count);
        foreach (var (span, rank) in ordered)
        {
            while (kept.Count > 0 && kept[^1].Span.End > span.Start && kept[^1].Rank > rank)
            {
                kept.RemoveAt(kept.Count - 1);
            }

            if (kept.Count == 0 || kept[^1].Span.End <= span.Start)
            {
                kept.Add((span, rank));
            }
        }

        return [.. kept.Select(item => item.Span)];
    }
}
