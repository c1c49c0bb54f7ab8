using System.Text;

namespace LoraMesh.Metrics.Answers;

/// <summary>Answers as bags of words, as SQuAD compares them: lower case, without punctuation and articles.</summary>
internal static class BagOfWords
{
    private static readonly string[] Articles = ["a", "an", "the"];

    /// <summary>F1 of the words in common; of an empty side 1 where both are empty, else 0 (SQuAD 2).</summary>
    public static double F1(string answer, string reference)
    {
        var (found, wanted) = (Words(answer), Words(reference));
        if (found.Count == 0 || wanted.Count == 0)
        {
            return found.Count == wanted.Count ? 1 : 0;
        }

        var left = wanted.CountBy(word => word).ToDictionary();
        var common = 0;
        foreach (var word in found.Where(word => left.GetValueOrDefault(word) > 0))
        {
            left[word]--;
            common++;
        }

        double precision = (double)common / found.Count, recall = (double)common / wanted.Count;
        return common == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    /// <summary>Whether the words are the same in the same order.</summary>
    public static double ExactMatch(string answer, string reference) => Words(answer).SequenceEqual(Words(reference)) ? 1 : 0;

    private static List<string> Words(string text) =>
        PythonText.Split(WithoutArticles(PythonText.Without(PythonText.Lower(text), PythonText.IsPunctuation)));

    // A word here is a run of letters, digits and underscores, which need not be all that stands between spaces.
    private static string WithoutArticles(string text)
    {
        var kept = new StringBuilder(text.Length);
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (PythonText.IsWord(rune))
            {
                word.Append(rune.ToString());
                continue;
            }

            Close();
            kept.Append(rune.ToString());
        }

        Close();
        return kept.ToString();

        void Close()
        {
            var whole = word.ToString();
            kept.Append(Articles.Contains(whole, StringComparer.Ordinal) ? " " : whole);
            word.Clear();
        }
    }
}
