using LoraMesh.Text.Reading;

namespace LoraMesh.Text.Models;

// Which neighbours become one token, and which pair goes first.
internal sealed class MergeTable
{
    private readonly Dictionary<long, (int Rank, int Id)> _merges = [];

    public bool TryGet(int left, int right, out (int Rank, int Id) merge) => _merges.TryGetValue(Key(left, right), out merge);

    /// <summary>Reads pairs, written as arrays of two or, in older files, with a space between.</summary>
    public static MergeTable Read(JsonPart part, Vocabulary vocabulary, string? continuingPrefix)
    {
        var table = new MergeTable();
        var rank = 0;
        foreach (var item in part.Items())
        {
            if (rank >= Vocabulary.MaxTokens)
            {
                throw new TokenizerFormatException($"{part.Path}: more than {Vocabulary.MaxTokens} merges.");
            }

            var (left, right) = ReadPair(item);
            var joined = left + (continuingPrefix is not null && right.StartsWith(continuingPrefix, StringComparison.Ordinal) ? right[continuingPrefix.Length..] : right);
            table._merges[Key(Id(left), Id(right))] = (rank++, Id(joined));

            int Id(string token) => vocabulary.IdOf(token)
                ?? throw new TokenizerFormatException($"{item.Path}: the merge of '{left}' and '{right}' needs the token '{token}', which $.model.vocab lacks.");
        }

        return table;
    }

    private static (string Left, string Right) ReadPair(JsonPart item)
    {
        string[] pair = item.Element.ValueKind == System.Text.Json.JsonValueKind.String
            ? item.String().Split(' ')
            : [.. item.Items().Select(i => i.String())];
        return pair is [var left, var right] ? (left, right) : throw item.Unexpected("two tokens");
    }

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;
}
