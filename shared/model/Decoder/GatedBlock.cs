using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, C channels, I inner width.

/// <summary>down(f(gate(x))·up(x)).</summary>
internal sealed class GatedBlock(LayerModules modules)
{
    private readonly Activation _activation = modules.Config.HiddenActivation;
    private readonly Projections _gateUp = modules.Projections(
        "mlp.gate_up_proj", ["mlp.gate_proj", "mlp.up_proj"], [modules.Config.IntermediateSize, modules.Config.IntermediateSize]);

    private readonly Linear _down = modules.Linear("mlp.down_proj");

    /// <summary>x [T, C], normed → [T, C]. The tape, where there is one, keeps x too.</summary>
    internal Tensor Forward(Tensor x, ForwardPlan plan, LayerTape? tape)
    {
        using var scope = NewDisposeScope();
        var parts = _gateUp.Forward(x, plan); // each (T, I)
        var output = _down.Forward(GatedUnit.Forward(_activation, parts[0], parts[1]), plan);
        if (tape is not null)
        {
            tape.MlpInput = x.DetachFromDisposeScope();
            (tape.Gate, tape.Up) = (parts[0].DetachFromDisposeScope(), parts[1].DetachFromDisposeScope());
        }

        return output.MoveToOuterDisposeScope();
    }

    /// <summary>The plan's input [B, C], normed → y [B, C].</summary>
    internal void Step(StepPlan plan, StepRows y)
    {
        var gateUp = plan.GateUp.Rows(plan.Rows); // (B, 2I)
        _gateUp.Step(plan, gateUp);
        var gate = gateUp.Columns(0, gateUp.Width / 2);
        GatedUnit.Step(_activation, gate, gateUp.Columns(gate.Width, gate.Width));
        plan.Input.Of(gate);
        _down.Step(plan, y);
    }

    /// <summary>dy [T, C] → dx [T, C]; gradients are added where weights are trained.</summary>
    internal Tensor Backward(Tensor dy, ForwardPlan plan, LayerTape tape)
    {
        using var scope = NewDisposeScope();
        var unit = GatedUnit.Forward(_activation, tape.Gate!, tape.Up!);
        var dUnit = _down.Backward(unit, dy, plan); // (T, I)
        var (dGate, dUp) = GatedUnit.Backward(_activation, tape.Gate!, tape.Up!, dUnit);
        return _gateUp.Backward(tape.MlpInput!, [dGate, dUp], plan).MoveToOuterDisposeScope();
    }
}
