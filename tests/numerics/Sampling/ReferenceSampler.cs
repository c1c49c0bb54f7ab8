using LoraMesh.Model;

namespace LoraMesh.NumericsTests.Sampling;

/// <summary>The distribution that a sampler must draw from, written as plainly as can be.</summary>
internal static class ReferenceSampler
{
    public static double[] Probabilities(float[] logits, SamplingOptions options, int[] prompt, int[] generated)
    {
        var row = logits.Select(x => (double)x).ToArray();
        foreach (var id in prompt.Concat(generated).Distinct())
        {
            row[id] = row[id] > 0 ? row[id] / options.RepetitionPenalty : row[id] * options.RepetitionPenalty;
        }

        foreach (var group in generated.GroupBy(id => id))
        {
            row[group.Key] -= options.PresencePenalty + (group.Count() * options.FrequencyPenalty);
        }

        foreach (var (id, bias) in options.LogitBias)
        {
            row[id] += bias;
        }

        var order = Enumerable.Range(0, row.Length).OrderByDescending(id => row[id]).ThenBy(id => id).ToList();
        var largest = row[order[0]];
        var weight = row.Select(x => Math.Exp((x - largest) / options.Temperature)).ToArray();
        order.RemoveAll(id => weight[id] < options.MinP);
        if (options.TopK > 0)
        {
            order = order.Take(options.TopK).ToList();
        }

        var total = order.Sum(id => weight[id]);
        var nucleus = new List<int>();
        for (var i = 0; i < order.Count && (i == 0 || nucleus.Sum(id => weight[id]) < options.TopP * total); i++)
        {
            nucleus.Add(order[i]);
        }

        var probabilities = new double[row.Length];
        foreach (var id in nucleus)
        {
            probabilities[id] = weight[id] / nucleus.Sum(other => weight[other]);
        }

        return probabilities;
    }
}
