namespace LoraMesh.Evaluator.Verdict;

/// <summary>
/// The exact one-sided test behind McNemar's (1947, doi:10.1007/BF02295996): of the rows that only one of two
/// contestants answers rightly, how likely would chance give the candidate at least as many?
/// </summary>
internal static class SignTest
{
    /// <param name="gains">Rows that only the candidate answers rightly.</param>
    /// <param name="losses">Rows that only the other one answers rightly.</param>
    /// <returns>P(X ≥ gains) for X binomial with gains + losses trials of 1/2; 1 where there are none.</returns>
    internal static double PValue(int gains, int losses)
    {
        var trials = gains + losses;
        double tail = 0;
        var logCoefficient = 0.0; // ln C(trials, k), from k = 0 on
        for (var k = 0; k <= trials; k++)
        {
            if (k >= gains)
            {
                tail += Math.Exp(logCoefficient - trials * Math.Log(2));
            }

            logCoefficient += Math.Log(trials - k) - Math.Log(k + 1);
        }

        return Math.Min(1, tail);
    }
}
