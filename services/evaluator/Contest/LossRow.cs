using LoraMesh.Formats;
using LoraMesh.Model;

namespace LoraMesh.Evaluator.Contest;

/// <summary>A row of a shard as far as its loss depends on it: nothing after the last supervised token changes it.</summary>
/// <param name="Index">Its place in the shard.</param>
/// <param name="Ids">Its ids up to the last token that predicts a supervised one.</param>
/// <param name="Places">Tokens that predict a supervised one, in ascending order.</param>
/// <param name="Targets">What each of them should predict.</param>
internal sealed record LossRow(int Index, int[] Ids, int[] Places, int[] Targets)
{
    /// <summary>Every row of a shard.</summary>
    internal static List<LossRow> All(TokenShard shard) => [.. Enumerable.Range(0, shard.Rows).Select(row => Of(row, shard.Ids(row), shard.RowLabels(row)))];

    /// <summary>
    /// For each asked row the row of the shard that begins with its prompt, so that the prompt need not be computed twice; null where there
    /// is none. No row of the shard is given twice.
    /// </summary>
    internal static LossRow?[] Match(IReadOnlyList<HeldOutRow> asked, IReadOnlyList<LossRow> rows)
    {
        var found = new LossRow?[asked.Count];
        var taken = new bool[rows.Count];
        var next = 0;
        for (var i = 0; i < asked.Count; i++)
        {
            // Both are in the order of the dataset, so that the next one is nearly always the right one.
            var prompt = asked[i].Prompt;
            for (var tried = 0; asked[i].Set is null && found[i] is null && tried < rows.Count; tried++)
            {
                var at = (next + tried) % rows.Count;
                if (!taken[at] && rows[at].Ids.AsSpan().StartsWith(prompt))
                {
                    (found[i], taken[at], next) = (rows[at], true, at + 1);
                }
            }
        }

        return found;
    }

    /// <summary>What a token adds to the loss, in nats; 0 where it predicts none that is supervised.</summary>
    internal double LossAt(int place, ReadOnlySpan<float> logits) =>
        Array.BinarySearch(Places, place) is >= 0 and var at ? -(double)LogProbabilities.Of(logits, Targets[at]).LogProbability : 0;

    private static LossRow Of(int index, ReadOnlySpan<int> ids, ReadOnlySpan<int> labels)
    {
        List<int> places = [], targets = [];
        for (var token = 0; token < ids.Length - 1; token++)
        {
            if (labels[token + 1] != TokenShard.IgnoreIndex)
            {
                places.Add(token);
                targets.Add(labels[token + 1]);
            }
        }

        return new LossRow(index, places.Count == 0 ? [] : ids[..(places[^1] + 1)].ToArray(), [.. places], [.. targets]);
    }
}
