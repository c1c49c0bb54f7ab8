using LoraMesh.Formats;
using LoraMesh.Model;

namespace LoraMesh.Trainer.Training;

/// <summary>Lays rows end to end.</summary>
internal static class RowBatch
{
    internal static (TokenBatch Tokens, int[] Labels) Of(IEnumerable<TokenRow> rows)
    {
        List<long> ids = [];
        List<int> labels = [], lengths = [];
        foreach (var row in rows)
        {
            ids.AddRange(row.Ids.Select(id => (long)id));
            labels.AddRange(row.Labels);
            lengths.Add(row.Ids.Length);
        }

        return (new TokenBatch([.. ids], lengths), [.. labels]);
    }
}
