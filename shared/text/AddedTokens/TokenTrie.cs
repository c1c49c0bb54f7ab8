using System.Buffers;

namespace LoraMesh.Text.AddedTokens;

// Finds the leftmost, and there the longest, of many tokens.
internal sealed class TokenTrie
{
    private readonly Node _root = new();
    private readonly SearchValues<char> _firstChars;

    public TokenTrie(IEnumerable<(string Content, AddedToken Token, int Id)> tokens)
    {
        foreach (var (content, token, id) in tokens)
        {
            var node = _root;
            foreach (var c in content)
            {
                if (!node.Next.TryGetValue(c, out var next))
                {
                    node.Next[c] = next = new Node();
                }

                node = next;
            }

            // Two tokens of one normalized form: the first stands.
            node.Token ??= token;
            node.Id ??= id;
        }

        _firstChars = SearchValues.Create([.. _root.Next.Keys]);
    }

    /// <summary>The next token at or after a position; null where there is none.</summary>
    public (int Start, int End, AddedToken Token, int Id)? Find(string text, int from)
    {
        while (from < text.Length && text.AsSpan(from).IndexOfAny(_firstChars) is >= 0 and var ahead)
        {
            var start = from + ahead;
            (int, int, AddedToken, int)? longest = null;
            var node = _root;
            for (var i = start; i < text.Length && node.Next.TryGetValue(text[i], out var next); i++)
            {
                node = next;
                longest = node.Token is null ? longest : (start, i + 1, node.Token, node.Id!.Value);
            }

            if (longest is not null)
            {
                return longest;
            }

            from = start + 1;
        }

        return null;
    }

    private sealed class Node
    {
        public Dictionary<char, Node> Next { get; } = [];

        public AddedToken? Token { get; set; }

        public int? Id { get; set; }
    }
}
