using LoraMesh.Model.Decoder;

namespace LoraMesh.Model.Stepping;

/// <summary>What every layer of one step uses: whose rows they are, their angles, and memory that lasts from step to step.</summary>
internal sealed unsafe class StepPlan(ModelConfig config, RopeTable rope, RopeTable? localRope) : IDisposable
{
    private readonly NativeFloats _angles = new();
    private readonly NativeFloats _localAngles = new();
    private readonly NativeFloats _panel = new();

    private IReadOnlyList<StepRow> _rows = [];

    /// <summary>The token of each row.</summary>
    internal IReadOnlyList<StepRow> Tokens => _rows;

    internal int Rows => _rows.Count;

    /// <summary>The residual stream, [B, C].</summary>
    internal StepBuffer Hidden { get; } = new(config.HiddenSize);

    /// <summary>The same, normed: the input of a block.</summary>
    internal StepBuffer Normed { get; } = new(config.HiddenSize);

    /// <summary>What a block adds to the stream, [B, C].</summary>
    internal StepBuffer Part { get; } = new(config.HiddenSize);

    /// <summary>Queries, keys and values, [B, (H + 2K)·D].</summary>
    internal StepBuffer QueryKeyValue { get; } = new((config.NumAttentionHeads + (2 * config.NumKeyValueHeads)) * config.HeadDim);

    /// <summary>What attention gives, [B, H·D].</summary>
    internal StepBuffer Mixed { get; } = new(config.NumAttentionHeads * config.HeadDim);

    /// <summary>Gate and up, [B, 2I].</summary>
    internal StepBuffer GateUp { get; } = new(2 * config.IntermediateSize);

    internal StepBuffer Logits { get; } = new(config.VocabSize);

    /// <summary>The input of the products to come.</summary>
    internal StepPanels Input { get; } = new();

    internal void Begin(IReadOnlyList<StepRow> rows)
    {
        _rows = rows;
        Turn(rope, _angles);
        if (localRope is not null)
        {
            Turn(localRope, _localAngles);
        }
    }

    /// <summary>Goes on with some of the rows, in ascending order: their hidden states and queries move to the front. Angles stay where they were.</summary>
    internal void Keep(IReadOnlyList<int> rows)
    {
        foreach (var part in (StepRows[])[Hidden.Rows(Rows), QueryKeyValue.Rows(Rows)])
        {
            for (var i = 0; i < rows.Count; i++)
            {
                new ReadOnlySpan<float>(part.Row(rows[i]), part.Width).CopyTo(new Span<float>(part.Row(i), part.Width));
            }
        }

        var all = _rows;
        _rows = [.. rows.Select(row => all[row])];
    }

    /// <summary>cos and sin of a row's angles, half a head's rotated dimensions each, and how many that are.</summary>
    internal void Angles(bool local, int row, out float* cos, out float* sin, out int half)
    {
        var (table, angles) = local && localRope is not null ? (localRope, _localAngles) : (rope, _angles);
        half = table.Width / 2;
        cos = angles.Reserve(0) + ((long)row * table.Width);
        sin = cos + half;
    }

    /// <summary>The input of a product, each row as a panel of its own.</summary>
    internal float* SinglePanels(StepRows x, out int length)
    {
        length = (x.Width + StepPanels.Chunk - 1) / StepPanels.Chunk * StepPanels.Chunk;
        if (x.Width == length)
        {
            length = x.Stride;
            return x.Row(0);
        }

        var panels = _panel.Reserve((long)x.Count * length);
        for (var row = 0; row < x.Count; row++)
        {
            var panel = new Span<float>(panels + ((long)row * length), length);
            new ReadOnlySpan<float>(x.Row(row), x.Width).CopyTo(panel);
            panel[x.Width..].Clear();
        }

        return panels;
    }

    public void Dispose()
    {
        foreach (var part in (IDisposable[])[Hidden, Normed, Part, QueryKeyValue, Mixed, GateUp, Logits, Input, _angles, _localAngles, _panel])
        {
            part.Dispose();
        }
    }

    private void Turn(RopeTable table, NativeFloats angles)
    {
        var half = table.Width / 2;
        var to = angles.Reserve((long)Rows * table.Width);
        foreach (var row in _rows)
        {
            var frequencies = table.Frequencies(row.Total);
            for (var i = 0; i < half; i++)
            {
                // The product is taken in float32, as the reference takes it.
                var angle = (double)(row.Position * frequencies[i]);
                to[i] = (float)Math.Cos(angle) * table.Factor;
                to[half + i] = (float)Math.Sin(angle) * table.Factor;
            }

            to += table.Width;
        }
    }
}
