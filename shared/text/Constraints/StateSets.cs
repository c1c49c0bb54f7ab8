using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LoraMesh.Text.Constraints;

// Makes and keeps the sets of one grammar. What is kept is bounded: when it is too much, it is made anew as needed.
internal sealed class StateSets
{
    private const int MaxSets = 4_096;
    private const int MaxStacks = 100_000;

    // A set of so many states is what nested, overlapping repetition makes; walking a vocabulary with it would take too long.
    private const int MaxConfigurations = 2_000;

    private readonly Grammar _grammar;
    private readonly byte[] _classes;
    private readonly int _classCount;
    private readonly Dictionary<(StackNode? Parent, int ReturnState), StackNode> _stacks = [];
    private readonly Dictionary<Key, StateSet> _sets = [];

    public StateSets(Grammar grammar, int work)
    {
        Work = work;
        _grammar = grammar;
        _classes = grammar.Classes(out _classCount);
        Start = Close([(grammar.Root, null)]);
    }

    public StateSet Start { get; private set; }

    /// <summary>How many states may still be looked at.</summary>
    public int Work { get; set; }

    public StateSet Step(StateSet set, byte value) => set.Next[_classes[value]] is { } next ? next : Make(set, value);

    /// <summary>Makes everything anew as it is needed. Whoever is within a set goes on from it.</summary>
    public void Forget()
    {
        _sets.Clear();
        _stacks.Clear();
        Start = Close([(_grammar.Root, null)]);
    }

    private static ConstraintException TooMuch() => new("constraint", "a text can be read in too many ways under this; avoid repetition within repetition.");

    private void Spend()
    {
        if (--Work < 0)
        {
            throw TooMuch();
        }
    }

    private StateSet Make(StateSet set, byte value)
    {
        var targets = new List<(int, StackNode?)>();
        foreach (var (state, stack) in set.Configurations)
        {
            foreach (var edge in _grammar.EdgesOf(state))
            {
                Spend();
                if (edge.Kind == EdgeKind.Bytes && value >= edge.Low && value <= edge.High && Fits(edge.Target, stack))
                {
                    targets.Add((edge.Target, stack));
                }
            }
        }

        var next = targets.Count == 0 ? StateSet.Dead : Close(targets);
        set.Next[_classes[value]] = next;
        return next;
    }

    // What can be reached without reading; kept are the states that read, and whether the whole has ended.
    private StateSet Close(List<(int State, StackNode? Stack)> open)
    {
        var seen = new HashSet<(int State, StackNode? Stack)>(open);
        var reading = new List<(int State, StackNode? Stack)>();
        var isComplete = false;
        while (open.Count > 0)
        {
            var (state, stack) = open[^1];
            open.RemoveAt(open.Count - 1);
            var reads = false;
            foreach (var edge in _grammar.EdgesOf(state))
            {
                Spend();
                reads |= edge.Kind == EdgeKind.Bytes;
                if (edge.Kind == EdgeKind.Empty && Fits(edge.Target, stack))
                {
                    Add((edge.Target, stack));
                }
                else if (edge.Kind == EdgeKind.Call && Fits(edge.Target, stack) && Call(edge, stack) is var inner && Fits(_grammar.StartOf(edge.Low), inner))
                {
                    Add((_grammar.StartOf(edge.Low), inner));
                }
            }

            if (reads)
            {
                reading.Add((state, stack));
            }

            if (_grammar.IsEnd(state))
            {
                isComplete |= stack is null;
                if (stack is not null)
                {
                    Add((stack.ReturnState, stack.Parent));
                }
            }
        }

        if (reading.Count > MaxConfigurations)
        {
            throw TooMuch();
        }

        return Keep([.. reading], isComplete);

        void Add((int, StackNode?) configuration)
        {
            if (seen.Add(configuration))
            {
                open.Add(configuration);
            }
        }
    }

    // A call whose caller has nothing left to do afterwards needs no way back.
    private StackNode? Call(Edge edge, StackNode? stack)
    {
        if (_grammar.IsTail(edge.Target))
        {
            return stack;
        }

        ref var node = ref CollectionsMarshal.GetValueRefOrAddDefault(_stacks, (stack, edge.Target), out _);
        return node ??= new StackNode(stack, edge.Target);
    }

    // Whether the end can still be reached within the depth that is allowed, for otherwise the text could never be finished.
    private bool Fits(int state, StackNode? stack) => (stack?.Depth ?? 0) + _grammar.HeightOf(state) <= Grammar.MaxDepth;

    private StateSet Keep((int State, StackNode? Stack)[] configurations, bool isComplete)
    {
        if (_sets.Count >= MaxSets || _stacks.Count >= MaxStacks)
        {
            Forget();
        }

        var key = new Key(configurations, isComplete);
        if (!_sets.TryGetValue(key, out var set))
        {
            _sets[key] = set = new StateSet(configurations, isComplete, _classCount);
        }

        return set;
    }

    // Sets are equal that hold the same, in whatever order.
    private readonly struct Key : IEquatable<Key>
    {
        private readonly (int State, StackNode? Stack)[] _sorted;
        private readonly bool _isComplete;
        private readonly int _hash;

        public Key((int State, StackNode? Stack)[] configurations, bool isComplete)
        {
            _sorted = configurations;
            Array.Sort(_sorted, static (a, b) => a.State != b.State ? a.State.CompareTo(b.State) : Hash(a.Stack).CompareTo(Hash(b.Stack)));
            _isComplete = isComplete;
            var hash = default(HashCode);
            foreach (var (state, stack) in _sorted)
            {
                hash.Add(state);
                hash.Add(Hash(stack));
            }

            _hash = hash.ToHashCode();
        }

        public bool Equals(Key other)
        {
            if (_hash != other._hash || _isComplete != other._isComplete || _sorted.Length != other._sorted.Length)
            {
                return false;
            }

            for (var i = 0; i < _sorted.Length; i++)
            {
                if (_sorted[i].State != other._sorted[i].State || _sorted[i].Stack != other._sorted[i].Stack)
                {
                    return false;
                }
            }

            return true;
        }

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => _hash;

        private static int Hash(StackNode? stack) => stack is null ? 0 : RuntimeHelpers.GetHashCode(stack);
    }
}
