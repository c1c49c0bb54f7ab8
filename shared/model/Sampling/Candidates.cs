namespace LoraMesh.Model;

// The tokens that may still be drawn: weights are e^((logit - largest) / temperature), so the likeliest has weight 1.
// Filters go by weight downwards and, among equal ones, by id upwards, so that the outcome never depends on a sort's whims.
internal ref struct Candidates
{
    private readonly Span<double> _weights;
    private readonly Span<int> _ids;
    private int _count;

    private Candidates(Span<double> weights, Span<int> ids)
    {
        _weights = weights;
        _ids = ids;
    }

    public readonly int Count => _count;

    public static Candidates From(ReadOnlySpan<float> logits, double temperature, double minP, Span<double> weights, Span<int> ids)
    {
        var largest = float.NegativeInfinity;
        foreach (var logit in logits)
        {
            largest = MathF.Max(largest, logit);
        }

        var candidates = new Candidates(weights, ids);
        for (var id = 0; id < logits.Length; id++)
        {
            var weight = Math.Exp((logits[id] - (double)largest) / temperature);
            if (weight > 0 && weight >= minP)
            {
                weights[candidates._count] = weight;
                ids[candidates._count++] = id;
            }
        }

        return candidates;
    }

    public void KeepTop(int count)
    {
        if (count < _count)
        {
            Sort();
            _count = count;
        }
    }

    // The smallest set of likeliest tokens that holds the share p of the weight. The token that crosses p belongs to it.
    public void KeepNucleus(double p)
    {
        if (p >= 1)
        {
            return;
        }

        var wanted = p * Total();
        DropBelow((Total() - wanted) / _count);
        Sort();
        var sum = 0.0;
        for (var i = 0; i < _count; i++)
        {
            sum += _weights[i];
            if (sum >= wanted)
            {
                _count = i + 1;
                return;
            }
        }
    }

    public readonly int Draw(double uniform)
    {
        var left = uniform * Total();
        for (var i = 0; i < _count - 1; i++)
        {
            left -= _weights[i];
            if (left < 0)
            {
                return _ids[i];
            }
        }

        return _ids[_count - 1];
    }

    // Everything below the mean of what may be cut together weighs less than what may be cut: none of it is in the
    // nucleus, and what is left to sort is short.
    private void DropBelow(double threshold)
    {
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            if (_weights[i] >= threshold)
            {
                _weights[kept] = _weights[i];
                _ids[kept++] = _ids[i];
            }
        }

        _count = kept;
    }

    private readonly void Sort()
    {
        var weights = _weights[.._count];
        weights.Sort(_ids[.._count], static (a, b) => b.CompareTo(a));
        for (var start = 0; start < _count;)
        {
            var end = start + 1;
            while (end < _count && weights[end] == weights[start])
            {
                end++;
            }

            _ids[start..end].Sort();
            start = end;
        }
    }

    private readonly double Total()
    {
        var total = 0.0;
        for (var i = 0; i < _count; i++)
        {
            total += _weights[i];
        }

        return total;
    }
}
