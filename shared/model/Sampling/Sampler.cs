using System.Buffers;

namespace LoraMesh.Model;

/// <summary>
/// Chooses the tokens of one sequence. It has its own seeded generator and looks at nothing but its own logits, so the
/// same seed gives the same text whoever else is in the batch. Not for use by two threads at once.
/// </summary>
public sealed class Sampler
{
    private readonly SamplingOptions _options;
    private readonly int _vocabularySize;
    private readonly Dictionary<int, int> _generated = [];
    private readonly HashSet<int> _seen = [];
    private SplitMix64 _random;

    /// <summary>Makes a sampler for one sequence.</summary>
    /// <param name="options">How to choose.</param>
    /// <param name="vocabularySize">Number of logits in a row.</param>
    /// <param name="seed">Any number; the same one gives the same draws.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Sampler(SamplingOptions options, int vocabularySize, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate(vocabularySize);
        _options = options;
        _vocabularySize = vocabularySize;
        _random = new SplitMix64(seed);
    }

    /// <summary>Tells what the sequence began with; only the repetition penalty looks at it.</summary>
    public void ObservePrompt(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
        {
            _seen.Add(id);
        }
    }

    /// <summary>Chooses the next token and remembers it for the penalties.</summary>
    /// <param name="logits">One row, (V), as the model gave it; it is not changed.</param>
    /// <param name="allowed">The tokens to choose from, bit <c>id % 64</c> of word <c>id / 64</c>; empty for all.</param>
    /// <exception cref="ArgumentException">The row has another length than the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">A logit is not a number, or there is no finite one.</exception>
    public int Next(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> allowed = default)
    {
        if (logits.Length != _vocabularySize)
        {
            throw new ArgumentException($"The row has {logits.Length} logits; expected {_vocabularySize}.", nameof(logits));
        }

        var adjusted = ArrayPool<float>.Shared.Rent(_vocabularySize);
        try
        {
            var row = adjusted.AsSpan(0, _vocabularySize);
            logits.CopyTo(row);
            Adjust(row);
            Mask(row, allowed);
            var likeliest = Likeliest(row);
            var id = _options.Temperature == 0 || _options.TopK == 1 ? likeliest : Draw(row);
            _generated[id] = _generated.GetValueOrDefault(id) + 1;
            _seen.Add(id);
            return id;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(adjusted);
        }
    }

    private void Adjust(Span<float> row)
    {
        if (_options.RepetitionPenalty != 1)
        {
            var penalty = (float)_options.RepetitionPenalty;
            foreach (var id in _seen)
            {
                row[id] = row[id] > 0 ? row[id] / penalty : row[id] * penalty;
            }
        }

        if (_options.PresencePenalty != 0 || _options.FrequencyPenalty != 0)
        {
            foreach (var (id, times) in _generated)
            {
                row[id] -= (float)(_options.PresencePenalty + (times * _options.FrequencyPenalty));
            }
        }

        foreach (var (id, bias) in _options.LogitBias)
        {
            row[id] += (float)bias;
        }
    }

    private static void Mask(Span<float> row, ReadOnlySpan<ulong> allowed)
    {
        for (var word = 0; word < allowed.Length; word++)
        {
            var part = row[(word * 64)..Math.Min(row.Length, (word * 64) + 64)];
            if (allowed[word] == 0)
            {
                part.Fill(float.NegativeInfinity);
                continue;
            }

            for (var bit = 0; bit < part.Length; bit++)
            {
                part[bit] = (allowed[word] >> bit & 1) != 0 ? part[bit] : float.NegativeInfinity;
            }
        }
    }

    private int Draw(ReadOnlySpan<float> row)
    {
        var weights = ArrayPool<double>.Shared.Rent(row.Length);
        var ids = ArrayPool<int>.Shared.Rent(row.Length);
        try
        {
            var candidates = Candidates.From(row, _options.Temperature, _options.MinP, weights, ids);
            candidates.KeepTop(_options.TopK == 0 ? candidates.Count : _options.TopK);
            candidates.KeepNucleus(_options.TopP);
            return candidates.Draw(_random.NextDouble());
        }
        finally
        {
            ArrayPool<double>.Shared.Return(weights);
            ArrayPool<int>.Shared.Return(ids);
        }
    }

    private static int Likeliest(ReadOnlySpan<float> row)
    {
        var best = 0;
        for (var id = 0; id < row.Length; id++)
        {
            if (float.IsNaN(row[id]))
            {
                throw new InvalidOperationException($"The logit of token {id} is not a number; the model or its adapter is damaged.");
            }

            if (row[id] > row[best])
            {
                best = id;
            }
        }

        return float.IsFinite(row[best])
            ? best
            : throw new InvalidOperationException($"The largest of {row.Length} logits is {row[best]}; the model or its adapter is damaged.");
    }
}
