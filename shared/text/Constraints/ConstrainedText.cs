using LoraMesh.Text.Constraints;

namespace LoraMesh.Text;

/// <summary>One answer under a constraint. For one thread.</summary>
public sealed class ConstrainedText
{
    private readonly TokenConstraint _constraint;
    private StateSet _set;
    private bool _isFirst = true;
    private int _work = TokenConstraint.MaxWorkPerAnswer;

    internal ConstrainedText(TokenConstraint constraint, StateSet start)
    {
        _constraint = constraint;
        _set = start;
    }

    /// <summary>Whether the text is whole and nothing can follow.</summary>
    public bool IsFinished => _set is { IsComplete: true, CanGoOn: false };

    /// <summary>Whether the text is whole as it stands.</summary>
    public bool MayEnd => _set.IsComplete;

    /// <summary>The tokens that may come next: bit <c>id % 64</c> of word <c>id / 64</c>.</summary>
    /// <exception cref="ConstraintException">No token of the vocabulary leads on, or the text can be read in too many ways.</exception>
    public ReadOnlySpan<ulong> Allowed()
    {
        var allowed = _constraint.Allowed(_set, _isFirst, ref _work);
        return allowed.ContainsAnyExcept(0UL) ? allowed : throw new ConstraintException("constraint", "no token of the model leads on from here; its vocabulary lacks what is asked for.");
    }

    /// <summary>Takes the token that was chosen; one that ends the answer is not told.</summary>
    public void Accept(int id)
    {
        _set = _constraint.Accept(_set, id, _isFirst, ref _work);
        _isFirst = false;
    }
}
