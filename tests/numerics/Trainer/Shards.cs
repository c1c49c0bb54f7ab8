using LoraMesh.Formats;

namespace LoraMesh.NumericsTests.Trainer;

/// <summary>Small token shards made of golden training rows.</summary>
internal static class Shards
{
    internal static string Model => Path.Combine(AppContext.BaseDirectory, "golden", "models", "llama-untied");

    internal static TokenShard FromGolden(int rows, int rowsPerPack, string name = "plain-llama")
    {
        var data = new Golden($"lora/{name}/train", "data.safetensors", "trajectory.json");
        var (batch, labels, _) = data.Unpad(0, rows);
        var offsets = new long[rows + 1];
        for (var row = 0; row < rows; row++)
        {
            offsets[row + 1] = offsets[row] + batch.SegmentLengths[row];
        }

        return new TokenShard
        {
            InputIds = [.. batch.Ids.Select(id => (int)id)],
            Labels = labels,
            RowOffsets = offsets,
            PackedRows = [.. Enumerable.Range(0, rows).Select(row => (long)row)],
            PackOffsets = [.. Enumerable.Range(0, (rows + rowsPerPack - 1) / rowsPerPack + 1).Select(pack => (long)Math.Min(pack * rowsPerPack, rows))],
        };
    }
}
