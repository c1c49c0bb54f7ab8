namespace LoraMesh.Text.Constraints;

// A rule that can call itself before a byte is read would be called without end.
internal static class LeftRecursion
{
    public static void Refuse(Edge[][] edges, List<(int Start, int End)> rules, bool[] ends, string place)
    {
        var empty = new bool[rules.Count];
        var calls = new HashSet<int>[rules.Count];
        for (var changed = true; changed;)
        {
            changed = false;
            for (var rule = 0; rule < rules.Count; rule++)
            {
                var (called, isEmpty) = Look(edges, rules[rule].Start, ends, empty);
                changed |= isEmpty != empty[rule];
                empty[rule] = isEmpty;
                calls[rule] = called;
            }
        }

        var state = new byte[rules.Count];
        for (var rule = 0; rule < rules.Count; rule++)
        {
            Visit(rule, calls, state, place);
        }
    }

    // What can be called, and whether the end can be reached, without reading.
    private static (HashSet<int> Calls, bool IsEmpty) Look(Edge[][] edges, int start, bool[] ends, bool[] empty)
    {
        var called = new HashSet<int>();
        var seen = new HashSet<int> { start };
        var open = new Stack<int>(seen);
        var isEmpty = false;
        while (open.TryPop(out var state))
        {
            isEmpty |= ends[state];
            foreach (var edge in edges[state])
            {
                if (edge.Kind == EdgeKind.Call)
                {
                    called.Add(edge.Low);
                }

                if ((edge.Kind == EdgeKind.Empty || (edge.Kind == EdgeKind.Call && empty[edge.Low])) && seen.Add(edge.Target))
                {
                    open.Push(edge.Target);
                }
            }
        }

        return (called, isEmpty);
    }

    // Depth first, with a stack of its own: chains of rules may be long.
    private static void Visit(int first, HashSet<int>[] calls, byte[] state, string place)
    {
        const byte Open = 1;
        const byte Done = 2;
        var path = new Stack<(int Rule, IEnumerator<int> Calls)>();
        Enter(first);
        while (path.TryPeek(out var top))
        {
            if (top.Calls.MoveNext())
            {
                Enter(top.Calls.Current);
            }
            else
            {
                state[path.Pop().Rule] = Done;
            }
        }

        void Enter(int rule)
        {
            if (state[rule] == Open)
            {
                throw new ConstraintException(place, "a $ref leads back to itself before anything is written; break the circle.");
            }

            if (state[rule] != Done)
            {
                state[rule] = Open;
                path.Push((rule, calls[rule].GetEnumerator()));
            }
        }
    }
}
