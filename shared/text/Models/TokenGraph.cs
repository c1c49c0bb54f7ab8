namespace LoraMesh.Text.Models;

// A trie of all tokens in one table, for finding every token that begins at a place. The first step, which most characters
// do not get beyond, goes by an array.
internal sealed class TokenGraph
{
    private readonly Dictionary<long, int> _next = [];
    private readonly int[] _first = new int[char.MaxValue + 1];
    private readonly List<int> _ids = [-1];

    public void Add(string token, int id)
    {
        var node = 0;
        foreach (var c in token)
        {
            var next = Next(node, c);
            if (next == 0)
            {
                next = _ids.Count;
                _ids.Add(-1);
                if (node == 0)
                {
                    _first[c] = next;
                }
                else
                {
                    _next[Key(node, c)] = next;
                }
            }

            node = next;
        }

        _ids[node] = id;
    }

    /// <summary>Steps on by one char: the node that is reached and the id of the token that ends there, or -1 each.</summary>
    public (int Node, int Id) Step(int node, char c) => Next(node, c) is > 0 and var next ? (next, _ids[next]) : (-1, -1);

    // Nothing leads back to the root, so 0 says that there is no way.
    private int Next(int node, char c) => node == 0 ? _first[c] : _next.GetValueOrDefault(Key(node, c));

    private static long Key(int node, char c) => ((long)node << 16) | c;
}
