namespace LoraMesh.Hosting.Configuration.Yaml;

/// <summary>Guesses which name someone meant.</summary>
internal static class NearestName
{
    private const int MaxLength = 64;

    /// <summary>The candidate with the fewest edits from <paramref name="name"/>, or null where none is near.</summary>
    public static string? Find(string name, IReadOnlyList<string> candidates)
    {
        if (name.Length > MaxLength)
        {
            return null;
        }

        var nearest = candidates.MinBy(candidate => Edits(name, candidate));
        return nearest is not null && Edits(name, nearest) <= Math.Max(1, Math.Max(name.Length, nearest.Length) / 3) ? nearest : null;
    }

    // Insertions, deletions and replacements, each costing 1; letter case and '-' for '_' cost nothing.
    private static int Edits(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = diagonal + (Fold(a[i - 1]) == Fold(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }

    private static char Fold(char letter) => letter == '-' ? '_' : char.ToLowerInvariant(letter);
}
