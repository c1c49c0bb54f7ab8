using LoraMesh.Model;

namespace LoraMesh.Evaluator.Contest;

/// <summary>
/// What all rows of a set begin with, such as a template's opening and a system message: computed once for each
/// contestant, whose adapter changes what is cached, and copied into every sequence.
/// </summary>
internal sealed class SharedPrefixes : IDisposable
{
    // Copying fewer tokens than this costs as much as computing them.
    private const int Least = 8;

    private const string HeldOut = "";

    private readonly CausalLm _model;
    private readonly Dictionary<string, int[]> _prefixes;
    private readonly Dictionary<(string Set, Contestant Contestant), DecoderSession> _sessions = [];

    internal SharedPrefixes(CausalLm model, IEnumerable<HeldOutRow> asked, IEnumerable<LossRow> rows)
    {
        _model = model;

        // One token of each prompt is left to be computed: its logits are what the answer begins with. So is one before the first supervised token.
        var usable = asked.Select(row => (Set: row.Set ?? HeldOut, Ids: row.Prompt.AsMemory(0, Math.Max(0, row.Prompt.Length - 1))))
            .Concat(rows.Where(row => row.Places.Length > 0).Select(row => (Set: HeldOut, Ids: row.Ids.AsMemory(0, row.Places[0]))));
        _prefixes = usable.GroupBy(row => row.Set, row => row.Ids).ToDictionary(set => set.Key, Common);
    }

    /// <summary>Tokens of a prompt that need not be computed.</summary>
    internal int LengthOf(HeldOutRow row) => _prefixes[row.Set ?? HeldOut].Length;

    /// <summary>The same of a row of the shard that carries loss.</summary>
    internal int LengthOf(LossRow row) => row.Places.Length > 0 ? _prefixes[HeldOut].Length : 0;

    /// <summary>A sequence that has the prefix already; the caller disposes it.</summary>
    internal DecoderSession Start(HeldOutRow row, Contestant contestant) => Start(row.Set ?? HeldOut, contestant);

    /// <inheritdoc cref="Start(HeldOutRow, Contestant)"/>
    internal DecoderSession Start(LossRow row, Contestant contestant) => row.Places.Length > 0 ? Start(HeldOut, contestant) : new DecoderSession(_model, contestant.Adapter);

    private DecoderSession Start(string set, Contestant contestant)
    {
        if (!_prefixes.TryGetValue(set, out var prefix) || prefix.Length == 0)
        {
            return new DecoderSession(_model, contestant.Adapter);
        }

        if (!_sessions.TryGetValue((set, contestant), out var session))
        {
            _sessions[(set, contestant)] = session = new DecoderSession(_model, contestant.Adapter);
            _model.Prefill(session, prefix);
        }

        return session.Fork();
    }

    public void Dispose()
    {
        foreach (var session in _sessions.Values)
        {
            session.Dispose();
        }
    }

    private static int[] Common(IEnumerable<Memory<int>> rows)
    {
        ReadOnlySpan<int> common = default;
        var first = true;
        var count = 0;
        foreach (var row in rows)
        {
            common = first ? row.Span : common[..common.CommonPrefixLength(row.Span)];
            first = false;
            count++;
        }

        return count > 1 && common.Length >= Least ? common.ToArray() : [];
    }
}
