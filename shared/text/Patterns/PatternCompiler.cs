namespace LoraMesh.Text.Patterns;

// Turns the tree into instructions for a backtracking machine. Counted groups are written out, hence the bound on size.
internal sealed class PatternCompiler
{
    private const int MaxInstructions = 50_000;

    private readonly string _pattern;
    private readonly List<PatternInstruction> _code = [];
    private int _registers;

    private PatternCompiler(string pattern) => _pattern = pattern;

    public static PatternProgram Compile(string pattern)
    {
        var compiler = new PatternCompiler(pattern);
        compiler.Emit(PatternParser.Parse(pattern));
        compiler.Add(new PatternInstruction(PatternOperation.Done));
        return new PatternProgram([.. compiler._code], compiler._registers);
    }

    private int Add(PatternInstruction instruction)
    {
        if (_code.Count >= MaxInstructions)
        {
            throw new PatternException(_pattern, 0, $"The pattern unfolds to more than {MaxInstructions} instructions");
        }

        _code.Add(instruction);
        return _code.Count - 1;
    }

    private void Emit(PatternNode node)
    {
        switch (node)
        {
            case EmptyNode:
                break;
            case OneNode one:
                Add(new PatternInstruction(PatternOperation.One, Set: one.Set));
                break;
            case SequenceNode sequence:
                foreach (var item in sequence.Items)
                {
                    Emit(item);
                }

                break;
            case AlternativesNode alternatives:
                EmitAlternatives(alternatives.Items);
                break;
            case RepeatNode repeat:
                EmitRepeat(repeat);
                break;
            case LookNode look:
                EmitLook(look);
                break;
            case AtomicNode atomic:
                EmitAtomic(atomic.Body);
                break;
            case AssertionNode assertion:
                Add(new PatternInstruction(PatternOperation.Assert, (int)assertion.Kind));
                break;
            default:
                throw new InvalidOperationException($"No code for {node.GetType().Name}.");
        }
    }

    private void EmitAlternatives(IReadOnlyList<PatternNode> branches)
    {
        var jumps = new List<int>();
        for (var i = 0; i < branches.Count; i++)
        {
            var isLast = i == branches.Count - 1;
            var split = isLast ? -1 : Add(new PatternInstruction(PatternOperation.Split));
            Emit(branches[i]);
            if (!isLast)
            {
                jumps.Add(Add(new PatternInstruction(PatternOperation.Jump)));
                _code[split] = new PatternInstruction(PatternOperation.Split, split + 1, _code.Count, Set: FirstCharacters.Of(branches[i]));
            }
        }

        foreach (var jump in jumps)
        {
            _code[jump] = new PatternInstruction(PatternOperation.Jump, _code.Count);
        }
    }

    private void EmitRepeat(RepeatNode repeat)
    {
        if (repeat is { Body: OneNode one, Mode: not RepeatMode.Lazy })
        {
            var operation = repeat.Mode == RepeatMode.Greedy ? PatternOperation.GreedyLoop : PatternOperation.PossessiveLoop;
            Add(new PatternInstruction(operation, repeat.Min, repeat.Max, Set: one.Set));
            return;
        }

        if (repeat.Mode == RepeatMode.Possessive)
        {
            EmitAtomic(repeat with { Mode = RepeatMode.Greedy });
            return;
        }

        for (var i = 0; i < repeat.Min; i++)
        {
            Emit(repeat.Body);
        }

        if (repeat.Max == int.MaxValue)
        {
            EmitStar(repeat.Body, repeat.Mode == RepeatMode.Lazy);
            return;
        }

        var splits = new List<int>();
        for (var i = repeat.Min; i < repeat.Max; i++)
        {
            splits.Add(Add(new PatternInstruction(PatternOperation.Split)));
            Emit(repeat.Body);
        }

        foreach (var split in splits)
        {
            _code[split] = Choice(split + 1, _code.Count, repeat.Mode == RepeatMode.Lazy);
        }
    }

    // An iteration that took nothing leaves the loop; else (a*)* would never end.
    private void EmitStar(PatternNode body, bool lazy)
    {
        var register = _registers++;
        var split = Add(new PatternInstruction(PatternOperation.Split));
        Add(new PatternInstruction(PatternOperation.SaveStart, register));
        Emit(body);
        var leave = Add(new PatternInstruction(PatternOperation.LeaveIfEmpty));
        Add(new PatternInstruction(PatternOperation.Jump, split));
        _code[split] = Choice(split + 1, _code.Count, lazy);
        _code[leave] = new PatternInstruction(PatternOperation.LeaveIfEmpty, _code.Count, register);
    }

    private static PatternInstruction Choice(int into, int past, bool lazy) =>
        lazy ? new PatternInstruction(PatternOperation.Split, past, into) : new PatternInstruction(PatternOperation.Split, into, past);

    private void EmitAtomic(PatternNode body)
    {
        var start = Add(new PatternInstruction(PatternOperation.Atomic));
        Emit(body);
        Add(new PatternInstruction(PatternOperation.Done));
        _code[start] = new PatternInstruction(PatternOperation.Atomic, _code.Count);
    }

    private void EmitLook(LookNode look)
    {
        // Branches of different widths look back one by one; (?<!a|bc) is (?<!a)(?<!bc).
        if (look is { Behind: true, Body: AlternativesNode alternatives } && Width(look.Body) is null)
        {
            var looks = alternatives.Items.Select(branch => look with { Body = branch }).ToList();
            Emit(look.Negative ? new SequenceNode(looks) : new AlternativesNode(looks));
            return;
        }

        var back = -1;
        if (look.Behind)
        {
            back = Width(look.Body) ?? throw new PatternException(_pattern, 0, "A look-behind must have one width");
        }

        var start = Add(new PatternInstruction(PatternOperation.Look));
        Emit(look.Body);
        Add(new PatternInstruction(PatternOperation.Done));
        _code[start] = new PatternInstruction(PatternOperation.Look, _code.Count, back, look.Negative);
    }

    private static int? Width(PatternNode node) => node switch
    {
        OneNode => 1,
        EmptyNode or AssertionNode or LookNode => 0,
        AtomicNode atomic => Width(atomic.Body),
        SequenceNode sequence => sequence.Items.Aggregate((int?)0, (sum, item) => sum + Width(item)),
        AlternativesNode alternatives => alternatives.Items.Select(Width).Distinct().ToArray() is [var width] ? width : null,
        RepeatNode repeat when repeat.Min == repeat.Max => repeat.Min * Width(repeat.Body),
        _ => null,
    };
}
