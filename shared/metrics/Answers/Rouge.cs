using System.Text.RegularExpressions;

namespace LoraMesh.Metrics.Answers;

/// <summary>ROUGE (Lin 2004) as F-measures over lower-case runs of a-z and 0-9, without stemming.</summary>
internal static partial class Rouge
{
    /// <summary>Over n words in a row.</summary>
    public static double OfWords(string answer, string reference, int n)
    {
        var (found, wanted) = (Grams(Words(answer), n), Grams(Words(reference), n));
        var common = wanted.Sum(gram => Math.Min(gram.Value, found.GetValueOrDefault(gram.Key)));
        return FMeasure((double)common / Math.Max(found.Values.Sum(), 1), (double)common / Math.Max(wanted.Values.Sum(), 1));
    }

    /// <summary>Over the longest common subsequence.</summary>
    public static double OfSequence(string answer, string reference)
    {
        var (found, wanted) = (Words(answer), Words(reference));
        if (found.Count == 0 || wanted.Count == 0)
        {
            return 0;
        }

        double common = Table(wanted, found)[wanted.Count, found.Count];
        return FMeasure(common / found.Count, common / wanted.Count);
    }

    /// <summary>Over the union of common subsequences of lines, no word counted twice.</summary>
    public static double OfSentences(string answer, string reference)
    {
        var (found, wanted) = (Lines(answer), Lines(reference));
        double foundWords = found.Sum(line => line.Count), wantedWords = wanted.Sum(line => line.Count);
        if (foundWords == 0 || wantedWords == 0)
        {
            return 0;
        }

        var left = found.SelectMany(line => line).CountBy(word => word).ToDictionary();
        var due = wanted.SelectMany(line => line).CountBy(word => word).ToDictionary();
        var hits = 0;
        foreach (var word in wanted.SelectMany(line => Union(line, found)).Where(word => left.GetValueOrDefault(word) > 0 && due[word] > 0))
        {
            left[word]--;
            due[word]--;
            hits++;
        }

        return FMeasure(hits / foundWords, hits / wantedWords);
    }

    private static double FMeasure(double precision, double recall) => precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;

    private static List<string> Words(string text) => [.. Runs().Matches(PythonText.Lower(text)).Select(match => match.Value)];

    private static List<List<string>> Lines(string text) => [.. text.Split('\n').Where(line => line.Length > 0).Select(Words)];

    private static Dictionary<string, int> Grams(List<string> words, int n) =>
        Enumerable.Range(0, Math.Max(0, words.Count - n + 1)).Select(at => string.Join(' ', words[at..(at + n)])).CountBy(gram => gram).ToDictionary();

    private static int[,] Table(List<string> rows, List<string> columns)
    {
        var table = new int[rows.Count + 1, columns.Count + 1];
        for (var i = 1; i <= rows.Count; i++)
        {
            for (var j = 1; j <= columns.Count; j++)
            {
                table[i, j] = rows[i - 1] == columns[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
            }
        }

        return table;
    }

    // Words of a reference line that stand in a longest common subsequence with any line of the answer.
    private static IEnumerable<string> Union(List<string> line, List<List<string>> answer)
    {
        var taken = new SortedSet<int>();
        foreach (var other in answer)
        {
            var table = Table(line, other);
            for (int i = line.Count, j = other.Count; i > 0 && j > 0;)
            {
                if (line[i - 1] == other[j - 1])
                {
                    taken.Add(i - 1);
                    (i, j) = (i - 1, j - 1);
                }
                else if (table[i, j - 1] > table[i - 1, j])
                {
                    j--;
                }
                else
                {
                    i--;
                }
            }
        }

        return taken.Select(at => line[at]);
    }

    [GeneratedRegex("[a-z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Runs();
}
