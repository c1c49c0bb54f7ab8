using System.Text.Json;

namespace LoraMesh.Inference.Batches;

/// <summary>The results of some requests that follow one another; what is stored at once, and lost at most.</summary>
internal static class BatchPart
{
    /// <summary>Requests of a part.</summary>
    internal const int Requests = 32;

    /// <summary>The results of a part that lies in the store, each with whether it is an answer; null where there is no part.</summary>
    internal static async Task<IReadOnlyList<(byte[] Line, bool Answered)>?> FindAsync(BatchStore store, string id, int part, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenPartAsync(id, part, cancellationToken);
        if (content is null)
        {
            return null;
        }

        var lines = new List<(byte[], bool)>();
        using var text = new StreamReader(content);
        while (await text.ReadLineAsync(cancellationToken) is { } line)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(line);
            using var json = JsonDocument.Parse(bytes);
            lines.Add((bytes, json.RootElement.GetProperty("response").GetProperty("status_code").GetInt32() < 400));
        }

        return lines;
    }

    /// <summary>Results as a part holds them.</summary>
    internal static MemoryStream Write(IEnumerable<byte[]> lines)
    {
        var content = new MemoryStream();
        foreach (var line in lines)
        {
            content.Write(line);
            content.WriteByte((byte)'\n');
        }

        content.Position = 0;
        return content;
    }
}
