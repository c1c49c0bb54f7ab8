namespace LoraMesh.Evaluator.Verdict;

/// <summary>How sure a paired difference of losses is: resampled rows (Efron, 1979, doi:10.1214/aos/1176344552).</summary>
internal static class PairedBootstrap
{
    private const int Resamples = 10_000;
    private const int Seed = 20260;

    /// <summary>Share of resamples in which the candidate's summed loss is not below the other's; the same rows give the same share.</summary>
    internal static double PValue(ReadOnlySpan<double> candidate, ReadOnlySpan<double> other)
    {
        var differences = new double[candidate.Length];
        for (var i = 0; i < differences.Length; i++)
        {
            differences[i] = other[i] - candidate[i];
        }

        var random = new Random(Seed);
        var notBetter = 0;
        for (var resample = 0; resample < Resamples; resample++)
        {
            double sum = 0;
            for (var i = 0; i < differences.Length; i++)
            {
                sum += differences[random.Next(differences.Length)];
            }

            notBetter += sum > 0 ? 0 : 1;
        }

        return (double)notBetter / Resamples;
    }
}
