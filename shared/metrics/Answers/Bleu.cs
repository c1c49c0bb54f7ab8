using System.Text.RegularExpressions;

namespace LoraMesh.Metrics.Answers;

/// <summary>
/// Corpus BLEU (Papineni et al. 2002) as sacreBLEU scores it by default: four orders, mteval's tokenizer 13a, case kept,
/// exponential smoothing. Signature: <c>nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp</c>.
/// </summary>
internal static partial class Bleu
{
    private const int Orders = 4;

    // What the logarithm of a precision of zero counts as.
    private const double LogOfNothing = -9_999_999_999;

    /// <summary>Counts of one answer: its length, the nearest reference length, right n-grams of each order, all n-grams of each order.</summary>
    public static long[] Count(AnswerItem item)
    {
        var words = Words(item.Prediction);
        var references = item.References.Select(Words).ToList();
        var counts = new long[2 + (2 * Orders)];
        counts[0] = words.Count;
        counts[1] = references.Select(reference => (long)reference.Count).MinBy(length => (Math.Abs(length - words.Count), length));
        for (var order = 1; order <= Orders; order++)
        {
            var allowed = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var (gram, count) in references.SelectMany(reference => Grams(reference, order)))
            {
                allowed[gram] = Math.Max(allowed.GetValueOrDefault(gram), count);
            }

            foreach (var (gram, count) in Grams(words, order))
            {
                counts[1 + order] += Math.Min(count, allowed.GetValueOrDefault(gram));
                counts[1 + Orders + order] += count;
            }
        }

        return counts;
    }

    /// <summary>The score, 0 to 100, of counts added up over answers.</summary>
    public static double Score(long[] counts)
    {
        double length = counts[0], reference = counts[1];
        if (counts[2..(2 + Orders)].All(count => count == 0))
        {
            return 0;
        }

        var logs = new double[Orders];
        Array.Fill(logs, LogOfNothing);
        var halvings = 1.0;
        for (var order = 0; order < Orders && counts[2 + Orders + order] > 0; order++)
        {
            double right = counts[2 + order], all = counts[2 + Orders + order];
            halvings *= right == 0 ? 2 : 1;
            logs[order] = Math.Log(right == 0 ? 100.0 / (halvings * all) : 100.0 * right / all);
        }

        var brevity = length < reference ? Math.Exp(1 - (reference / length)) : 1;
        return brevity * Math.Exp(logs.Sum() / Orders);
    }

    private static IEnumerable<KeyValuePair<string, int>> Grams(List<string> words, int order) =>
        Enumerable.Range(0, Math.Max(0, words.Count - order + 1)).Select(at => string.Join(' ', words[at..(at + order)])).CountBy(gram => gram);

    // mteval-v13a.pl, the part for western languages.
    private static List<string> Words(string text)
    {
        var end = text.Length;
        while (end > 0 && PythonText.IsSpace(text[end - 1]))
        {
            end--;
        }

        var line = text[..end].Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ')
            .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
        line = Symbols().Replace($" {line} ", " $1 ");
        line = PointAfterOther().Replace(line, "$1 $2 ");
        line = PointBeforeOther().Replace(line, " $1 $2");
        return PythonText.Split(DashAfterDigit().Replace(line, "$1 $2 "));
    }

    [GeneratedRegex(@"([{-~\[-` -&(-+:-@/])", RegexOptions.CultureInvariant)]
    private static partial Regex Symbols();

    [GeneratedRegex("([^0-9])([.,])", RegexOptions.CultureInvariant)]
    private static partial Regex PointAfterOther();

    [GeneratedRegex("([.,])([^0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex PointBeforeOther();

    [GeneratedRegex("([0-9])(-)", RegexOptions.CultureInvariant)]
    private static partial Regex DashAfterDigit();
}
