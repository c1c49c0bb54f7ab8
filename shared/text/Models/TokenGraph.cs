namespace LoraMesh.Text.Models;

// A trie of all tokens in one table, for finding every token that begins at a place.
internal sealed class TokenGraph
{
    private readonly Dictionary<long, int> _next = [];
    private readonly List<int> _ids = [-1];

    public void Add(string token, int id)
    {
        var node = 0;
        foreach (var c in token)
        {
            if (!_next.TryGetValue(Key(node, c), out var next))
            {
                next = _ids.Count;
                _ids.Add(-1);
                _next[Key(node, c)] = next;
            }

            node = next;
        }

        _ids[node] = id;
    }

    /// <summary>Steps on by one char: the node that is reached and the id of the token that ends there, or -1 each.</summary>
    public (int Node, int Id) Step(int node, char c) => _next.TryGetValue(Key(node, c), out var next) ? (next, _ids[next]) : (-1, -1);

    private static long Key(int node, char c) => ((long)node << 16) | c;
}
