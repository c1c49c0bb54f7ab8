namespace LoraMesh.Text.Patterns;

internal enum PatternOperation
{
    One,
    GreedyLoop,
    PossessiveLoop,
    Split,
    Jump,
    Assert,
    Look,
    Atomic,
    SaveStart,
    LeaveIfEmpty,
    Done,
}

/// <param name="Operation">What to do.</param>
/// <param name="A">Split, Jump, LeaveIfEmpty: the next instruction. Loops: the minimum. Look, Atomic: the instruction after the body. Assert: the kind. SaveStart: the register.</param>
/// <param name="B">Split: the second choice. Loops: the maximum. Look: how many code points to step back first, or -1 to look ahead. LeaveIfEmpty: the register.</param>
/// <param name="Negative">Look: whether the body must not match.</param>
/// <param name="Set">One and loops: what matches. Split: what the first choice can begin with, or null where it may take nothing.</param>
internal readonly record struct PatternInstruction(
    PatternOperation Operation, int A = 0, int B = 0, bool Negative = false, CharacterSet? Set = null);

internal sealed class PatternProgram
{
    /// <summary>Characters that have an entry of their own.</summary>
    public const int Entries = 128;

    private readonly int[] _entries = new int[Entries];

    public PatternProgram(PatternInstruction[] instructions, int registers)
    {
        Instructions = instructions;
        Registers = registers;
        for (var c = 0; c < Entries; c++)
        {
            _entries[c] = EntryOf(instructions, c);
        }
    }

    public PatternInstruction[] Instructions { get; }

    public int Registers { get; }

    /// <summary>Where to begin with a text that goes on with a character: alternatives that cannot begin with it are passed over.</summary>
    public int EntryOf(char c) => _entries[c];

    private static int EntryOf(PatternInstruction[] instructions, int c)
    {
        var pc = 0;
        while (instructions[pc] is { Operation: PatternOperation.Split, Set: { } first } split && !first.Contains(c))
        {
            pc = split.B;
        }

        return pc;
    }
}
