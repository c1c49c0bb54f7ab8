using System.Globalization;
using LoraMesh.Text.Reading;

namespace LoraMesh.Text.Models;

internal sealed class Vocabulary
{
    public const int MaxTokens = 8_000_000;

    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<int, string> _tokens;
    private readonly int[] _idOfChar = new int[char.MaxValue + 1];

    public Vocabulary(Dictionary<string, int> ids)
    {
        _ids = ids;
        _tokens = new Dictionary<int, string>(ids.Count);
        Array.Fill(_idOfChar, -1);
        foreach (var (token, id) in ids)
        {
            _tokens[id] = token;
            if (token.Length == 1)
            {
                _idOfChar[token[0]] = id;
            }
        }
    }

    public int Count => _ids.Count;

    public static Vocabulary Read(JsonPart part)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (token, id) in part.Members())
        {
            ids[token] = id.Integer(0, MaxTokens);
        }

        return new Vocabulary(ids);
    }

    public int? IdOf(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    public string? TokenOf(int id) => _tokens.GetValueOrDefault(id);

    /// <summary>The ids of the tokens that stand for a byte, such as &lt;0x0A&gt;; -1 for those that are missing.</summary>
    public int[] ByteIds() => [.. Enumerable.Range(0, 256).Select(b => IdOf(string.Create(CultureInfo.InvariantCulture, $"<0x{b:X2}>")) ?? -1)];

    /// <summary>Whether a token has the char somewhere behind another char.</summary>
    public bool HasInside(char c) => _ids.Keys.Any(token => token.AsSpan().TrimStart(c).Contains(c));

    /// <summary>The id of a token, or -1.</summary>
    public int Find(ReadOnlySpan<char> token) => token.Length == 1 ? _idOfChar[token[0]] : _ids.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out var id) ? id : -1;
}
