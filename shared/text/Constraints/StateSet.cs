namespace LoraMesh.Text.Constraints;

// All that an automaton may be in after some text: the states that wait for a byte, each with its stack. Two texts that
// may go on alike share one set, so that a set works as a state of a deterministic automaton that is made as it is walked.
internal sealed class StateSet((int State, StackNode? Stack)[] configurations, bool isComplete, int classes)
{
    public (int State, StackNode? Stack)[] Configurations { get; } = configurations;

    /// <summary>Whether the text may end here.</summary>
    public bool IsComplete { get; } = isComplete;

    /// <summary>Whether the text may go on.</summary>
    public bool CanGoOn => Configurations.Length > 0;

    /// <summary>The next set by class of bytes; <see cref="Dead"/> where there is none, null where nobody has asked.</summary>
    public StateSet?[] Next { get; } = new StateSet?[classes];

    /// <summary>The tokens that may come next, a bit each; null where nobody has asked.</summary>
    public ulong[]? Tokens { get; set; }

    public static StateSet Dead { get; } = new([], false, 0);
}
