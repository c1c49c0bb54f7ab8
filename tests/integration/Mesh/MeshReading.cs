using System.Text.Json;
using Amazon.S3.Model;
using LoraMesh.Containers;
using LoraMesh.Contracts;

namespace LoraMesh.IntegrationTests.Mesh;

/// <summary>Looks at what services leave behind, past all of their code.</summary>
internal static class MeshReading
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>An object's bytes.</summary>
    public static async Task<byte[]> ReadAsync(this RunningMesh mesh, string bucket, string key)
    {
        using var answer = await mesh.Objects.GetObjectAsync(bucket, key);
        using var bytes = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    /// <summary>An object that is one of the suite's records.</summary>
    public static async Task<T> ReadJsonAsync<T>(this RunningMesh mesh, string bucket, string key) =>
        JsonSerializer.Deserialize<T>(await mesh.ReadAsync(bucket, key), ContractsJson.Options)!;

    /// <summary>Every key below a prefix.</summary>
    public static async Task<IReadOnlyList<string>> KeysAsync(this RunningMesh mesh, string bucket, string prefix = "")
    {
        var keys = new List<string>();
        await foreach (var item in mesh.Objects.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = bucket, Prefix = prefix }).S3Objects)
        {
            keys.Add(item.Key);
        }

        return keys;
    }

    /// <summary>Messages of every queue that holds some, by the queue's name.</summary>
    public static async Task<IReadOnlyDictionary<string, int>> MessagesAsync(this RunningMesh mesh) =>
        (await mesh.Broker.ControlAsync("list_queues", "name", "messages")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t')).Where(line => line is [not "name", not "0"])
            .ToDictionary(line => line[0], line => int.Parse(line[1], System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Looks until something is so.</summary>
    public static async Task UntilAsync(this RunningMesh mesh, Func<Task<bool>> condition, string what)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (!await condition())
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"It did not come to this within {Patience}: {what}\n{mesh.Logs}");
        }
    }

    /// <summary>Looks until a process has written a line with these words.</summary>
    public static Task UntilWrittenAsync(this RunningMesh mesh, ServiceProcess service, string words) =>
        mesh.UntilAsync(() => Task.FromResult(service.Lines.Any(line => line.Contains(words, StringComparison.Ordinal))), $"{service} writes '{words}'");
}
