namespace LoraMesh.Text.Constraints;

// The tokens of a vocabulary by their bytes, depth first in one array: whoever leaves a branch jumps over all of it.
internal sealed class TokenByteTrie
{
    private readonly List<Node> _nodes = [];
    private readonly List<int> _ids = [];

    public TokenByteTrie(IReadOnlyList<byte[]?> tokens)
    {
        var path = new List<int>();
        byte[] before = [];
        foreach (var (bytes, id) in tokens.Select((bytes, id) => (bytes, id)).Where(token => token.bytes is { Length: > 0 }).OrderBy(token => token.bytes!, ByBytes.Instance))
        {
            var shared = bytes.AsSpan().CommonPrefixLength(before);
            Close(path, shared);
            for (var depth = shared; depth < bytes!.Length; depth++)
            {
                path.Add(_nodes.Count);
                _nodes.Add(new Node(bytes[depth], depth + 1, 0, _ids.Count, 0));
            }

            // Equal tokens stand side by side, and right behind the node's making.
            _ids.Add(id);
            _nodes[path[^1]] = _nodes[path[^1]] with { Tokens = _nodes[path[^1]].Tokens + 1 };
            before = bytes;
            MaxDepth = Math.Max(MaxDepth, bytes.Length);
        }

        Close(path, 0);
    }

    /// <summary>Longest token in bytes.</summary>
    public int MaxDepth { get; }

    /// <summary>Sets the bits of all tokens whose bytes may follow.</summary>
    public void Mark(StateSets sets, StateSet start, ulong[] mask)
    {
        var path = new StateSet[MaxDepth + 1];
        path[0] = start;
        for (var i = 0; i < _nodes.Count;)
        {
            var node = _nodes[i];
            var next = sets.Step(path[node.Depth - 1], node.Value);
            if (next == StateSet.Dead)
            {
                i = node.End;
                continue;
            }

            path[node.Depth] = next;
            for (var token = node.FirstToken; token < node.FirstToken + node.Tokens; token++)
            {
                mask[_ids[token] >> 6] |= 1UL << (_ids[token] & 63);
            }

            i++;
        }
    }

    private void Close(List<int> path, int depth)
    {
        while (path.Count > depth)
        {
            _nodes[path[^1]] = _nodes[path[^1]] with { End = _nodes.Count };
            path.RemoveAt(path.Count - 1);
        }
    }

    // End: the first node that is not below this one.
    private readonly record struct Node(byte Value, int Depth, int End, int FirstToken, int Tokens);

    private sealed class ByBytes : IComparer<byte[]>
    {
        public static ByBytes Instance { get; } = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
