using System.Globalization;

namespace LoraMesh.BaseModel.Corpus.WordNet;

/// <summary>
/// Reads the meanings that occur in WordNet's own tagged texts: common words in their common senses.
/// File layout: wndb(5WN) of WordNet 3.0.
/// </summary>
public static class WordNetReader
{
    private static readonly (string File, string Name)[] Parts = [("noun", "noun"), ("verb", "verb"), ("adj", "adjective"), ("adv", "adverb")];

    /// <summary>The common meanings of the dictionary in <paramref name="directory"/> (data.noun, index.noun, …).</summary>
    /// <exception cref="FileNotFoundException">A file of the dictionary is missing.</exception>
    public static async Task<IReadOnlyList<Synset>> ReadAsync(string directory, CancellationToken cancellation)
    {
        var common = new List<Synset>();
        foreach (var (file, name) in Parts)
        {
            var attested = await AttestedAsync(Existing(directory, $"index.{file}"), cancellation);
            common.AddRange(Link(await RowsAsync(Existing(directory, $"data.{file}"), cancellation), name, attested));
        }

        return common;
    }

    private static string Existing(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        return File.Exists(path) ? path : throw new FileNotFoundException(
            $"WordNet: '{path}' is missing. Give --wordnet the folder that holds data.noun and index.noun (Debian: package wordnet-base, /usr/share/wordnet).");
    }

    // index line: lemma pos synset_cnt p_cnt [symbols] sense_cnt tagsense_cnt offsets…, senses by falling frequency
    private static async Task<Dictionary<string, HashSet<string>>> AttestedAsync(string path, CancellationToken cancellation)
    {
        var words = new Dictionary<string, HashSet<string>>();
        await foreach (var line in File.ReadLinesAsync(path, cancellation))
        {
            if (line.StartsWith(' '))
            {
                continue;
            }

            var fields = line.TrimEnd().Split(' ');
            var pointers = int.Parse(fields[3], CultureInfo.InvariantCulture);
            var tagged = int.Parse(fields[5 + pointers], CultureInfo.InvariantCulture);
            foreach (var offset in fields.Skip(6 + pointers).Take(tagged))
            {
                words.TryAdd(offset, []);
                words[offset].Add(fields[0]);
            }
        }

        return words;
    }

    private static async Task<Dictionary<string, Row>> RowsAsync(string path, CancellationToken cancellation)
    {
        var rows = new Dictionary<string, Row>();
        await foreach (var line in File.ReadLinesAsync(path, cancellation))
        {
            if (!line.StartsWith(' '))
            {
                rows.Add(line[..8], Parse(line));
            }
        }

        return rows;
    }

    // data line: offset file type word_count(hex) (word id)… pointer_count (symbol offset pos source/target)… | gloss
    private static Row Parse(string line)
    {
        var bar = line.IndexOf('|', StringComparison.Ordinal);
        var fields = line[..bar].TrimEnd().Split(' ');
        var count = int.Parse(fields[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var words = Enumerable.Range(0, count).Select(i => Clean(fields[4 + (2 * i)])).ToArray();
        var at = 4 + (2 * count);
        var pointers = Enumerable.Range(0, int.Parse(fields[at], CultureInfo.InvariantCulture))
            .Select(i => (Symbol: fields[at + 1 + (4 * i)], Offset: fields[at + 2 + (4 * i)])).ToArray();
        return new Row(words, pointers, line[(bar + 1)..].Trim());
    }

    private static IEnumerable<Synset> Link(Dictionary<string, Row> rows, string part, Dictionary<string, HashSet<string>> attested)
    {
        foreach (var (offset, row) in rows)
        {
            if (!attested.TryGetValue(offset, out var usual))
            {
                continue;
            }

            var words = row.Words.Where(word => usual.Contains(word.ToLowerInvariant().Replace(' ', '_'))).ToArray();
            var pieces = row.Gloss.Split("; ");
            var definition = string.Join("; ", pieces.TakeWhile(piece => !piece.StartsWith('"')));
            if (words.Length == 0 || definition.Length is < 8 or > 160)
            {
                continue;
            }

            yield return new Synset(part, words, definition, [.. pieces.Where(IsSentence).Select(piece => piece.Trim('"', ' '))])
            {
                Kinds = Targets(row, rows, "@"),
                Opposites = Targets(row, rows, "!"),
            };
        }
    }

    private static bool IsSentence(string piece) => piece.StartsWith('"') && piece.EndsWith('"') && piece.Length is > 12 and < 140 && piece.Contains(' ', StringComparison.Ordinal);

    private static string[] Targets(Row row, Dictionary<string, Row> rows, string symbol) =>
        [.. row.Pointers.Where(pointer => pointer.Symbol == symbol).Select(pointer => rows.GetValueOrDefault(pointer.Offset)).OfType<Row>().Select(target => target.Words[0])];

    private static string Clean(string word)
    {
        var cut = word.IndexOf('(', StringComparison.Ordinal);
        return (cut > 0 ? word[..cut] : word).Replace('_', ' ');
    }

    private sealed record Row(string[] Words, (string Symbol, string Offset)[] Pointers, string Gloss);
}
