using System.Text;

namespace LoraMesh.Benchmarks;

/// <summary>Texts of four kinds, the same every time: words as frequent as in real text, with names and numbers that never come again.</summary>
internal static class SampleTexts
{
    private const string Words =
        "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she there would their we him been has when who will no more if out so up said what its about than into them can only other time new some could these two may first then do any like my now over such our man me even most made after also did many off before must well back through years much where your way down should because long each just state those people too how good world still between life being under never day same another know last while might us great old year come since against go came right used take three himself few house use during without again place american around however home small found thought went say part once general high upon school every don't";

    private const string CodeWords =
        "public static void int string return if (value == null) { } foreach var in items .Count() => new List<int>(); // see below\n    private readonly _cache for (i = 0; i < n; i++) throw new ArgumentException(nameof(value)); def self.run(): import os\n\t\treturn x ** 2 \"text\" 'c' 0x1F 3.14 += && || != this.Name async await Task.Run() [Fact] <div class=\"row\"> </div> SELECT * FROM users WHERE id = 42; #include <vector> std::vector<int> &x = y[i]; \n\n";

    private const string Emoji = "😀 😂 ❤️ 👍 👩‍👩‍👧 🇩🇪 🎉 🔥 ✨ 🚀 👋🏽 🧑‍💻 🥲 1️⃣ ☕ 🏳️‍🌈 ok lol yes thanks great";

    /// <summary>The texts by kind, each about as many characters long as asked for.</summary>
    public static IReadOnlyList<(string Kind, string Text)> All(int length) =>
    [
        ("English", Mix(length, 1, Words.Split(' '), 0.06)),
        ("code", Mix(length, 2, CodeWords.Split(' '), 0.15)),
        ("CJK", Characters(length, 3)),
        ("emoji", Mix(length, 4, Emoji.Split(' '), 0.02)),
    ];

    // Zipf-like: the n-th word comes about 1/n as often as the first.
    private static string Mix(int length, int seed, string[] words, double newWords)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(random.NextDouble() < newWords ? NewWord(random) : words[(int)Math.Pow(words.Length, random.NextDouble()) - 1]);
            text.Append(random.Next(12) switch { 0 => ", ", 1 => ".\n", _ => " " });
        }

        return text.ToString();
    }

    private static string NewWord(Random random) => random.Next(3) == 0
        ? random.Next(100_000).ToString(System.Globalization.CultureInfo.InvariantCulture)
        : string.Create(random.Next(4, 12), random, (chars, from) =>
        {
            for (var i = 0; i < chars.Length; i++)
            {
                chars[i] = (char)('a' + from.Next(26));
            }
        });

    // Chinese, Japanese syllables, Korean: runs of 1 to 12 characters, frequent ones first.
    private static string Characters(int length, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        while (text.Length < length)
        {
            var (first, count) = random.Next(4) switch { 0 => (0x3042, 80), 1 => (0xAC00, 4000), _ => (0x4E00, 5000) };
            for (var n = random.Next(1, 13); n > 0; n--)
            {
                text.Append((char)(first + (int)Math.Pow(count, random.NextDouble()) - 1));
            }

            text.Append(random.Next(4) switch { 0 => "，", 1 => "。", 2 => " ", _ => "" });
        }

        return text.ToString();
    }
}
