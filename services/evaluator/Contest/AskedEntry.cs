using LoraMesh.Model;

namespace LoraMesh.Evaluator.Contest;

/// <summary>
/// One row that one contestant is being asked. Where the dataset's own answer is read anyway, the contestant's is known as far as it is
/// the same, and the first token that differs, without a step: the likeliest token after each is at hand.
/// </summary>
/// <param name="asked">The row.</param>
/// <param name="row">Its place among those asked.</param>
/// <param name="contestant">Who is asked.</param>
/// <param name="loss">The dataset's own text, where its loss is measured on the way; it begins with the prompt.</param>
internal sealed class AskedEntry(HeldOutRow asked, int row, Contestant contestant, LossRow? loss)
{
    private readonly int _first = asked.Prompt.Length - 1;
    private DecoderSession? _session;
    private double _sum;
    private bool _follows = true;

    internal HeldOutRow Asked => asked;

    internal int Row => row;

    internal Contestant Contestant => contestant;

    /// <summary>What the model reads before the answer begins.</summary>
    internal int[] Fed { get; } = loss?.Ids ?? asked.Prompt;

    /// <summary>Tokens of <see cref="Fed"/> whose logits are wanted, in ascending order.</summary>
    internal int[] Wanted { get; } = loss is null
        ? [asked.Prompt.Length - 1]
        : [.. loss.Places.Union(Enumerable.Range(asked.Prompt.Length - 1, loss.Ids.Length - asked.Prompt.Length + 1)).Order()];

    /// <summary>Tokens of the answer so far.</summary>
    internal List<int> Tokens { get; } = [];

    internal DecoderSession Session => _session ?? throw new InvalidOperationException("The sequence has not been started.");

    internal void Start(SharedPrefixes prefixes) => _session = prefixes.Start(asked, contestant);

    /// <summary>Is shown the logits after a token of <see cref="Fed"/>.</summary>
    /// <param name="place">The token.</param>
    /// <param name="logits">What comes next.</param>
    /// <param name="isDone">Whether an answer has ended.</param>
    internal void Read(int place, ReadOnlySpan<float> logits, Func<AskedEntry, bool> isDone)
    {
        _sum += loss?.LossAt(place, logits) ?? 0;
        if (_follows && place >= _first)
        {
            Take(logits);
            _follows = place + 1 < Fed.Length && Fed[place + 1] == Tokens[^1] && !isDone(this);
        }
    }

    /// <summary>Keeps the loss, and goes back to where the answer is that is known so far; whether there was a loss to keep.</summary>
    internal bool Settle()
    {
        if (loss is null)
        {
            return false;
        }

        contestant.Losses[loss.Index] = _sum;
        Session.CutTo(_first + Tokens.Count);
        return true;
    }

    /// <summary>Goes on with the likeliest token, the first of equal ones.</summary>
    internal void Take(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var id = 1; id < logits.Length; id++)
        {
            if (logits[id] > logits[best])
            {
                best = id;
            }
        }

        Tokens.Add(best);
    }
}
