using System.Text;

namespace LoraMesh.Text.Patterns;

// The backtracking machine, over one text. It counts its steps: neither pattern nor text is trusted.
internal ref struct PatternMatcher
{
    private const long FreeSteps = 1_000_000;
    private const long StepsPerChar = 1_000;
    private const int MaxStack = 4_000_000;

    private readonly PatternProgram _program;
    private readonly ReadOnlySpan<char> _text;
    private readonly int[] _registers;
    private Choice[] _stack;
    private int _top;
    private long _stepsLeft;

    public PatternMatcher(PatternProgram program, ReadOnlySpan<char> text)
    {
        _program = program;
        _text = text;
        _registers = program.Registers == 0 ? [] : new int[program.Registers];
        _stack = new Choice[64];
        _stepsLeft = FreeSteps + (StepsPerChar * text.Length);
    }

    /// <summary>Where a match that begins at the position ends, or -1.</summary>
    public int MatchAt(int position)
    {
        Spend(1);
        var next = position < _text.Length ? _text[position] : char.MaxValue;
        return Run(next < PatternProgram.Entries ? _program.EntryOf(next) : 0, position);
    }

    // Pc -1 puts a register (Position) back to Low. Otherwise, with Low >= 0, a loop that may give back code points down to Low.
    private readonly record struct Choice(int Pc, int Position, int Low);

    private int Run(int pc, int position)
    {
        var bottom = _top;
        while (true)
        {
            Spend(1);
            ref readonly var now = ref _program.Instructions[pc];
            var ok = true;
            switch (now.Operation)
            {
                case PatternOperation.One:
                    ok = Takes(now.Set!, position, out var width);
                    position += width;
                    pc++;
                    break;
                case PatternOperation.GreedyLoop or PatternOperation.PossessiveLoop:
                    ok = Loop(in now, pc + 1, ref position);
                    pc++;
                    break;
                case PatternOperation.Split when now.Set is { } first && !Takes(first, position, out _):
                    pc = now.B;
                    break;
                case PatternOperation.Split:
                    Push(new Choice(now.B, position, -1));
                    pc = now.A;
                    break;
                case PatternOperation.Jump:
                    pc = now.A;
                    break;
                case PatternOperation.Assert:
                    ok = Holds((AssertionKind)now.A, position);
                    pc++;
                    break;
                case PatternOperation.Look:
                    ok = Look(pc + 1, position, now.B) != now.Negative;
                    pc = now.A;
                    break;
                case PatternOperation.Atomic:
                    position = Run(pc + 1, position);
                    ok = position >= 0;
                    pc = now.A;
                    break;
                case PatternOperation.SaveStart:
                    Push(new Choice(-1, now.A, _registers[now.A]));
                    _registers[now.A] = position;
                    pc++;
                    break;
                case PatternOperation.LeaveIfEmpty:
                    pc = _registers[now.B] == position ? now.A : pc + 1;
                    break;
                default:
                    Unwind(bottom);
                    return position;
            }

            if (!ok && !Backtrack(bottom, ref pc, ref position))
            {
                return -1;
            }
        }
    }

    private readonly bool Takes(CharacterSet set, int position, out int width)
    {
        width = 0;
        return position < _text.Length && set.Contains(CodePointAt(position, out width));
    }

    private void Spend(int steps)
    {
        _stepsLeft -= steps;
        if (_stepsLeft < 0)
        {
            throw TooManySteps();
        }
    }

    private readonly TokenizerFormatException TooManySteps() => new(
        $"The pre-tokenizer's pattern took more than {FreeSteps + (StepsPerChar * _text.Length)} steps on a text of {_text.Length} characters. It backtracks without bound; correct the pattern in tokenizer.json.");

    private void Push(Choice choice)
    {
        if (_top == _stack.Length)
        {
            if (_top >= MaxStack)
            {
                throw new TokenizerFormatException($"The pre-tokenizer's pattern keeps more than {MaxStack} choices open on one text. Correct the pattern in tokenizer.json.");
            }

            Array.Resize(ref _stack, 2 * _stack.Length);
        }

        _stack[_top++] = choice;
    }

    // A finished run keeps its position and forgets its choices; registers are only read within the loop that set them.
    private void Unwind(int bottom) => _top = bottom;

    private bool Backtrack(int bottom, ref int pc, ref int position)
    {
        while (_top > bottom)
        {
            ref var choice = ref _stack[_top - 1];
            if (choice.Pc < 0)
            {
                _registers[choice.Position] = choice.Low;
                _top--;
                continue;
            }

            pc = choice.Pc;
            position = choice.Position;
            if (choice.Low < 0)
            {
                _top--;
                return true;
            }

            position = Before(position);
            choice = choice with { Position = position };
            _top -= position <= choice.Low ? 1 : 0;
            return true;
        }

        return false;
    }

    private bool Loop(in PatternInstruction loop, int next, ref int position)
    {
        var set = loop.Set!;
        var ofAscii = set.OfAscii;
        var low = loop.A == 0 ? position : -1;
        var count = 0;
        while (count < loop.B && position < _text.Length)
        {
            var (c, width) = ((int)_text[position], 1);
            if (!(c < ofAscii.Length ? ofAscii[c] : set.Contains(CodePointAt(position, out width))))
            {
                break;
            }

            position += width;
            if (++count == loop.A)
            {
                low = position;
            }
        }

        Spend(count);
        if (count < loop.A)
        {
            return false;
        }

        if (loop.Operation == PatternOperation.GreedyLoop && position > low)
        {
            Push(new Choice(next, position, low));
        }

        return true;
    }

    private bool Look(int pc, int position, int back)
    {
        for (var i = 0; i < back; i++)
        {
            if (position == 0)
            {
                return false;
            }

            position = Before(position);
        }

        return Run(pc, position) >= 0;
    }

    private readonly bool Holds(AssertionKind kind, int position) => kind switch
    {
        AssertionKind.TextStart => position == 0,
        AssertionKind.TextEnd => position == _text.Length,
        AssertionKind.TextEndOrLastNewline => position == _text.Length || (position == _text.Length - 1 && _text[position] == '\n'),
        AssertionKind.LineStart => position == 0 || (_text[position - 1] == '\n' && position < _text.Length),
        AssertionKind.LineEnd => position == _text.Length || _text[position] == '\n',
        _ => (IsWordBefore(position) != IsWordAt(position)) == (kind == AssertionKind.WordBoundary),
    };

    private readonly bool IsWordAt(int position) => position < _text.Length && CharacterSet.WordOutsideBrackets.Contains(CodePointAt(position, out _));

    private readonly bool IsWordBefore(int position) => position > 0 && IsWordAt(Before(position));

    private readonly int Before(int position) =>
        position >= 2 && char.IsLowSurrogate(_text[position - 1]) && char.IsHighSurrogate(_text[position - 2]) ? position - 2 : position - 1;

    private readonly int CodePointAt(int position, out int width)
    {
        var c = _text[position];
        width = 1;
        if (!char.IsSurrogate(c))
        {
            return c;
        }

        return Rune.DecodeFromUtf16(_text[position..], out var rune, out width) == System.Buffers.OperationStatus.Done ? rune.Value : Rune.ReplacementChar.Value;
    }
}
