using LoraMesh.Model;

namespace LoraMesh.Evaluator.Contest;

/// <summary>How much longer a token takes under an adapter; asked for by a gate that bounds it.</summary>
internal static class SpeedProbe
{
    private const int Tokens = 24;
    private const int Turns = 5;

    /// <summary>The candidate's time for a token as a multiple of the base's: the best of several turns of each, one after the other.</summary>
    internal static double Slowdown(CausalLm model, LoraAdapter candidate, int[] prompt, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (with, without) = (double.MaxValue, double.MaxValue);
        for (var turn = 0; turn < Turns; turn++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            without = Math.Min(without, Seconds(model, null, prompt, clock));
            with = Math.Min(with, Seconds(model, candidate, prompt, clock));
        }

        return with / Math.Max(without, 1e-9);
    }

    private static double Seconds(CausalLm model, LoraAdapter? adapter, int[] prompt, TimeProvider clock)
    {
        using var session = new DecoderSession(model, adapter);
        var ids = prompt[..Math.Min(prompt.Length, Math.Max(1, model.Config.MaxPositionEmbeddings - Tokens))];
        var logits = model.Prefill(session, ids);
        var since = clock.GetTimestamp();
        for (var i = 0; i < Tokens; i++)
        {
            model.Step([session], [ids[i % ids.Length]], logits);
        }

        return clock.GetElapsedTime(since).TotalSeconds;
    }
}
