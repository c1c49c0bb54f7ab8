namespace LoraMesh.Text.Constraints;

// How deep calls must go from each state to the end of its rule: the least over all ways of the most on a way. Knuth, "A
// generalization of Dijkstra's algorithm" (1977): each state is settled once, the lowest first.
internal static class GrammarHeights
{
    // int.MaxValue where no way leads to the end.
    public static int[] Of(List<List<Edge>> states, List<(int Start, int End)> rules, bool[] ends)
    {
        var heights = new int[states.Count];
        Array.Fill(heights, int.MaxValue);
        var into = Reversed(states, rules);
        var settled = new bool[states.Count];
        var queue = new PriorityQueue<int, int>();
        for (var state = 0; state < ends.Length; state++)
        {
            if (ends[state])
            {
                heights[state] = 0;
                queue.Enqueue(state, 0);
            }
        }

        while (queue.TryDequeue(out var state, out _))
        {
            if (settled[state])
            {
                continue;
            }

            settled[state] = true;
            foreach (var (from, edge) in into[state])
            {
                var height = heights[edge.Target];
                if (edge.Kind == EdgeKind.Call && height < int.MaxValue)
                {
                    var called = heights[rules[edge.Low].Start];
                    height = called == int.MaxValue ? called : Math.Max(height, called + 1);
                }

                if (height < heights[from])
                {
                    heights[from] = height;
                    queue.Enqueue(from, height);
                }
            }
        }

        return heights;
    }

    // The edges that a state's height bears on: those that lead to it and, for a rule's start, those that call the rule.
    private static List<(int From, Edge Edge)>[] Reversed(List<List<Edge>> states, List<(int Start, int End)> rules)
    {
        var into = new List<(int, Edge)>[states.Count];
        for (var state = 0; state < into.Length; state++)
        {
            into[state] = [];
        }

        for (var from = 0; from < states.Count; from++)
        {
            foreach (var edge in states[from])
            {
                into[edge.Target].Add((from, edge));
                if (edge.Kind == EdgeKind.Call)
                {
                    into[rules[edge.Low].Start].Add((from, edge));
                }
            }
        }

        return into;
    }
}
