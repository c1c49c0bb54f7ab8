using LoraMesh.Text.Reading;

namespace LoraMesh.Text.Models;

// Which neighbours become one token, and which pair goes first.
internal sealed class MergeTable
{
    private readonly Dictionary<long, (int Rank, int Id)> _merges = [];

    // Which tokens stand on the left of any pair: most do not, and asking costs less than a lookup.
    private readonly List<bool> _isLeft = [];

    public bool TryGet(int left, int right, out (int Rank, int Id) merge)
    {
        if (left < _isLeft.Count && _isLeft[left])
        {
            return _merges.TryGetValue(Key(left, right), out merge);
        }

        merge = default;
        return false;
    }

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
            table.Set(Id(left), Id(right), (rank++, Id(joined)));

            int Id(string token) => vocabulary.IdOf(token)
                ?? throw new TokenizerFormatException($"{item.Path}: the merge of '{left}' and '{right}' needs the token '{token}', which $.model.vocab lacks.");
        }

        return table;
    }

    private void Set(int left, int right, (int Rank, int Id) merge)
    {
        _merges[Key(left, right)] = merge;
        while (_isLeft.Count <= left)
        {
            _isLeft.Add(false);
        }

        _isLeft[left] = true;
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
