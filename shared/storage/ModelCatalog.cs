using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using LoraMesh.Contracts;
using LoraMesh.Storage.Caching;

namespace LoraMesh.Storage;

/// <summary>The base models in <see cref="Buckets.Models"/>, each a Hugging Face folder. May be called from any thread.</summary>
public sealed partial class ModelCatalog(IBlobStore store)
{
    private static readonly string[] Executable = [".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".py"];

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>Names of the models, ordered; whether they can be used is not looked at.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken = default)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var blob in store.ListAsync(Buckets.Models, "", cancellationToken))
        {
            if (blob.Key.IndexOf('/', StringComparison.Ordinal) is var slash and > 0)
            {
                names.Add(blob.Key[..slash]);
            }
        }

        return [.. names];
    }

    /// <summary>The model's files and digest, or null where there is no model of this name. Unchanged files are not read again.</summary>
    /// <exception cref="ModelRefusedException">The folder holds a file that may run code when it is loaded.</exception>
    public async Task<ModelRef?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!ModelName().IsMatch(name))
        {
            return null;
        }

        var blobs = new List<BlobInfo>();
        await foreach (var blob in store.ListAsync(Buckets.Models, name + "/", cancellationToken))
        {
            blobs.Add(blob);
        }

        if (blobs.Count == 0)
        {
            return null;
        }

        if (blobs.Find(blob => Executable.Contains(Path.GetExtension(blob.Key), StringComparer.OrdinalIgnoreCase)) is { } refused)
        {
            throw new ModelRefusedException(name, $"its file {refused.Key} may run code when it is loaded. Only safetensors weights are read; remove the file, or convert it");
        }

        var state = string.Join('\n', blobs.Select(blob => $"{blob.Key}\0{blob.ETag}"));
        if (_known.TryGetValue(name, out var known) && known.State == state)
        {
            return known.Model;
        }

        var model = await ReadAsync(name, blobs, cancellationToken);
        _known[name] = new Known(state, model);
        return model;
    }

    private async Task<ModelRef> ReadAsync(string name, List<BlobInfo> blobs, CancellationToken cancellationToken)
    {
        var files = new List<BlobRef>(blobs.Count);
        foreach (var blob in blobs)
        {
            var sha256 = blob.Sha256 ?? await HashAsync(blob, cancellationToken);
            files.Add(new BlobRef { Bucket = blob.Bucket, Key = blob.Key, Sha256 = sha256, Bytes = blob.Bytes });
        }

        var named = files.Select(file => new NamedBlob(file.Key[(name.Length + 1)..], file));
        return new ModelRef { Name = name, Digest = FolderContent.DigestOf(named), Files = files };
    }

    private async Task<string> HashAsync(BlobInfo blob, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenReadAsync(blob.Bucket, blob.Key, cancellationToken)
            ?? throw new IOException($"Blob {blob.Bucket}/{blob.Key} went away while it was listed.");
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ModelName();

    private sealed record Known(string State, ModelRef Model);
}
