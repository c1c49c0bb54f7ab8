namespace LoraMesh.Text.Constraints;

// Where to go on when the present rule has ended: a state of the rule that called it, and what comes after that.
internal sealed class StackNode(StackNode? parent, int returnState)
{
    public StackNode? Parent { get; } = parent;

    public int ReturnState { get; } = returnState;

    public int Depth { get; } = (parent?.Depth ?? 0) + 1;
}
