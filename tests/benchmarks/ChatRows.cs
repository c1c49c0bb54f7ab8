using System.Text;

namespace LoraMesh.Benchmarks;

/// <summary>Writes chats as people drop them: words as unevenly frequent as in prose (Zipf), numbers, punctuation, accents, code now and then. Always the same for a size.</summary>
internal static class ChatRows
{
    private const int Words = 30_000;
    private static readonly string[] Starts = ["b", "br", "c", "ch", "d", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pl", "qu", "r", "s", "st", "str", "t", "th", "v", "w", "é", "ü", ""];
    private static readonly string[] Middles = ["a", "ai", "e", "ea", "i", "ie", "o", "oo", "ou", "u"];
    private static readonly string[] Ends = ["", "", "n", "r", "s", "t", "ng", "nd", "ll", "ck", "tion", "ment"];

    /// <summary>Writes a file of about so many bytes, one row a line.</summary>
    /// <returns>How many rows.</returns>
    public static long Write(string path, long bytes)
    {
        var random = new Random(20260101);
        var words = Enumerable.Range(0, Words).Select(_ => Word(random)).ToArray();
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 20) { NewLine = "\n" };
        var (rows, written) = (0L, 0L);
        var row = new StringBuilder();
        while (written < bytes)
        {
            row.Clear().Append("{\"messages\":[");
            var exchanges = 1 + random.Next(3);
            for (var i = 0; i < exchanges; i++)
            {
                row.Append(i > 0 ? "," : "").Append("{\"role\":\"user\",\"content\":\"");
                Sentences(row, words, random, 1 + random.Next(3), rows);
                row.Append("\"},{\"role\":\"assistant\",\"content\":\"");
                Sentences(row, words, random, 1 + random.Next(8), rows);
                row.Append("\"}");
            }

            row.Append("]}");
            file.WriteLine(row);
            written += Encoding.UTF8.GetByteCount(row.ToString()) + 1;
            rows++;
        }

        return rows;
    }

    private static string Word(Random random)
    {
        var word = new StringBuilder();
        for (var syllables = 1 + random.Next(3); syllables > 0; syllables--)
        {
            word.Append(Starts[random.Next(Starts.Length)]).Append(Middles[random.Next(Middles.Length)]).Append(Ends[random.Next(Ends.Length)]);
        }

        return word.ToString();
    }

    private static void Sentences(StringBuilder text, string[] words, Random random, int count, long number)
    {
        for (var sentence = 0; sentence < count; sentence++)
        {
            text.Append(sentence > 0 ? sentence % 4 == 3 ? "\\n\\n" : " " : "");
            var length = 5 + random.Next(15);
            for (var i = 0; i < length; i++)
            {
                // Rank r with a frequency of about 1/r.
                var word = words[(int)Math.Pow(Words, random.NextDouble()) - 1];
                text.Append(i > 0 ? " " : "").Append(i == 0 && word.Length > 0 ? char.ToUpperInvariant(word[0]) + word[1..] : word);
                text.Append(random.Next(12) == 0 ? "," : "");
            }

            text.Append(random.Next(6) switch { 0 => "?", 1 => $" {random.Next(10_000)}.", 2 => $" (#{number}).", _ => "." });
        }
    }
}
