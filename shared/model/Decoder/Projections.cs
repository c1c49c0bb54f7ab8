using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, I inputs, O outputs.

/// <summary>
/// Several projections of one input: a matrix for each, or one matrix over all of them whose output is cut to their
/// widths.
/// </summary>
internal sealed class Projections(IReadOnlyList<Linear> linears, IReadOnlyList<long> widths)
{
    private bool Fused => linears.Count != widths.Count;

    /// <summary>x [T, I] → one output [T, O] for each width.</summary>
    internal Tensor[] Forward(Tensor x, ForwardPlan plan)
    {
        if (!Fused)
        {
            return [.. linears.Select(linear => linear.Forward(x, plan))];
        }

        using var scope = NewDisposeScope();
        return [.. linears[0].Forward(x, plan).split([.. widths], 1).Select(part => part.MoveToOuterDisposeScope())];
    }

    /// <summary>The plan's input [B, I] → y, every output beside the one before.</summary>
    internal void Step(StepPlan plan, StepRows y)
    {
        if (Fused)
        {
            linears[0].Step(plan, y);
            return;
        }

        var first = 0;
        for (var i = 0; i < widths.Count; i++)
        {
            linears[i].Step(plan, y.Columns(first, (int)widths[i]));
            first += (int)widths[i];
        }
    }

    /// <summary>dx [T, I] from the gradients of all outputs.</summary>
    internal Tensor Backward(Tensor x, IReadOnlyList<Tensor> dys, ForwardPlan plan)
    {
        using var scope = NewDisposeScope();
        if (Fused)
        {
            return linears[0].Backward(x, cat([.. dys], 1), plan).MoveToOuterDisposeScope();
        }

        var dx = linears[0].Backward(x, dys[0], plan);
        for (var i = 1; i < dys.Count; i++)
        {
            dx.add_(linears[i].Backward(x, dys[i], plan));
        }

        return dx.MoveToOuterDisposeScope();
    }
}
