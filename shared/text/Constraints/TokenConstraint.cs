using LoraMesh.Text.Constraints;

namespace LoraMesh.Text;

/// <summary>A constraint for the tokens of one model. What was worked out for one answer serves the others. Thread-safe.</summary>
public sealed class TokenConstraint
{
    // Some hundredths of a second at the most for one token, and some tenths for one answer: the others in the batch wait
    // for it. Ordinary constraints need a hundredth of that.
    internal const int MaxWorkPerAnswer = 5_000_000;
    private const int MaxWorkPerToken = 500_000;
    private const long MaxKeptBytes = 16 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly TokenVocabulary _vocabulary;
    private readonly IReadOnlyList<int> _endTokens;
    private readonly StateSets _sets;
    private ulong[]? _first;
    private long _keptBytes;

    /// <summary>Joins a constraint with a vocabulary.</summary>
    /// <param name="constraint">What the text must look like.</param>
    /// <param name="vocabulary">What tokens there are.</param>
    /// <param name="endTokens">Tokens that end an answer: allowed where the text may end, and only there.</param>
    /// <exception cref="ConstraintException">It can be read in too many ways.</exception>
    public TokenConstraint(TextConstraint constraint, TokenVocabulary vocabulary, IReadOnlyList<int> endTokens)
    {
        ArgumentNullException.ThrowIfNull(constraint);
        ArgumentNullException.ThrowIfNull(vocabulary);
        _vocabulary = vocabulary;
        _endTokens = endTokens;
        _sets = new StateSets(constraint.Grammar, MaxWorkPerToken);
    }

    /// <summary>Begins an answer.</summary>
    public ConstrainedText Begin() => new(this, Start());

    internal StateSet Start()
    {
        lock (_gate)
        {
            return _sets.Start;
        }
    }

    internal ReadOnlySpan<ulong> Allowed(StateSet set, bool isFirst, ref int work)
    {
        lock (_gate)
        {
            // Answers begin alike; where first tokens add other bytes, that mask is one of its own.
            var isSpecial = isFirst && _vocabulary.First != _vocabulary.Within;
            if ((isSpecial ? _first : set.Tokens) is { } known)
            {
                return known;
            }

            var before = _sets.Work = Math.Min(MaxWorkPerToken, work);
            var mask = new ulong[(_vocabulary.Size + 63) / 64];
            (isSpecial ? _vocabulary.First : _vocabulary.Within).Mark(_sets, set, mask);
            work -= before - _sets.Work;
            foreach (var end in set.IsComplete ? _endTokens : [])
            {
                mask[end >> 6] |= 1UL << (end & 63);
            }

            if (isSpecial)
            {
                _first = mask;
            }
            else
            {
                Keep(set, mask);
            }

            return mask;
        }
    }

    internal StateSet Accept(StateSet set, int id, bool isFirst, ref int work)
    {
        lock (_gate)
        {
            var before = _sets.Work = Math.Min(MaxWorkPerToken, work);
            foreach (var value in _vocabulary.BytesOf(id, isFirst))
            {
                set = _sets.Step(set, value);
            }

            work -= before - _sets.Work;
            return set;
        }
    }

    private void Keep(StateSet set, ulong[] mask)
    {
        set.Tokens = mask;
        _keptBytes += mask.Length * sizeof(ulong);
        if (_keptBytes > MaxKeptBytes)
        {
            _keptBytes = 0;
            _sets.Work = MaxWorkPerToken;
            _sets.Forget();
        }
    }
}
