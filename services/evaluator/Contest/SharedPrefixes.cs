using LoraMesh.Model;

namespace LoraMesh.Evaluator.Contest;

/// <summary>
/// What all prompts of a set begin with, such as a template's opening and a system message: computed once for each
/// contestant, whose adapter changes what is cached, and copied into every sequence.
/// </summary>
internal sealed class SharedPrefixes : IDisposable
{
    // Copying fewer tokens than this costs as much as computing them.
    private const int Least = 8;

    private readonly CausalLm _model;
    private readonly Dictionary<string, int[]> _prefixes;
    private readonly Dictionary<(string Set, Contestant Contestant), DecoderSession> _sessions = [];

    internal SharedPrefixes(CausalLm model, IEnumerable<HeldOutRow> rows)
    {
        _model = model;
        _prefixes = rows.GroupBy(row => row.Set ?? string.Empty).ToDictionary(set => set.Key, set => Common(set));
    }

    /// <summary>Tokens of a prompt that need not be computed.</summary>
    internal int LengthOf(HeldOutRow row) => _prefixes[row.Set ?? string.Empty].Length;

    /// <summary>A sequence that has the prefix already; the caller disposes it.</summary>
    internal DecoderSession Start(HeldOutRow row, Contestant contestant)
    {
        var set = row.Set ?? string.Empty;
        if (_prefixes[set] is not { Length: > 0 } prefix)
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

    // One token of each prompt is left to be computed: its logits are what the answer begins with.
    private static int[] Common(IEnumerable<HeldOutRow> rows)
    {
        ReadOnlySpan<int> common = default;
        var first = true;
        var count = 0;
        foreach (var row in rows)
        {
            var usable = row.Prompt.AsSpan(0, Math.Max(0, row.Prompt.Length - 1));
            common = first ? usable : common[..common.CommonPrefixLength(usable)];
            first = false;
            count++;
        }

        return count > 1 && common.Length >= Least ? common.ToArray() : [];
    }
}
