using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Storage;

namespace LoraMesh.AllInOne.Doctor;

/// <summary>Whether the blob store takes, gives back and forgets a blob, and refuses to write over one when asked to.</summary>
internal sealed class StoreExamination(IBlobStore store, StorageOptions options) : IExamination
{
    private const string Bucket = Buckets.Runs;

    public string Name => "store";

    public string Advice => options.Kind == StorageOptions.S3Kind ? "Are Storage:S3:Endpoint, the keys and (for TLS) Storage:S3:CaFile right, and is the server up?" : "May this user write to Storage:Folder, and is there room?";

    public async IAsyncEnumerable<Finding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var key = $"doctor/{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        var content = RandomNumberGenerator.GetBytes(64);
        await store.EnsureBucketAsync(Bucket, cancellationToken);
        try
        {
            await PutAsync(key, content, cancellationToken);
            var conditional = await IsRefusedAsync(key, content, cancellationToken);
            await using var read = await store.OpenReadAsync(Bucket, key, cancellationToken);
            var same = read is not null && await SameAsync(read, content, cancellationToken);
            yield return !conditional
                ? new Finding(Name, Verdict.Problem, $"{Where} wrote over a blob that it should have kept (If-None-Match).", "LoraMesh needs a store with conditional puts, such as MinIO, Ceph or AWS S3.")
                : !same
                    ? new Finding(Name, Verdict.Problem, $"{Where} gave back other bytes than it took.", "Do not use this store; look at its disks, or at a proxy before it.")
                    : new Finding(Name, Verdict.Ok, $"{Where} takes, gives back and keeps blobs.");
        }
        finally
        {
            await store.DeleteAsync(Bucket, key, CancellationToken.None);
        }
    }

    private string Where => options.Kind == StorageOptions.S3Kind ? $"The S3 server at {options.S3.Endpoint}" : $"The folder {Path.GetFullPath(options.Folder)}";

    private async Task PutAsync(string key, byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content);
        await store.PutAsync(Bucket, key, stream, PutCondition.IfAbsent, cancellationToken);
    }

    private async Task<bool> IsRefusedAsync(string key, byte[] content, CancellationToken cancellationToken)
    {
        try
        {
            await PutAsync(key, content, cancellationToken);
            return false;
        }
        catch (BlobConditionException)
        {
            return true;
        }
    }

    private static async Task<bool> SameAsync(Stream read, byte[] content, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await read.CopyToAsync(copy, cancellationToken);
        return copy.ToArray().AsSpan().SequenceEqual(content);
    }
}
