using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using LoraMesh.Contracts;

namespace LoraMesh.Control.Backup;

/// <summary>
/// Where a backup lies: a manifest, the registry's rows, a list of blobs, and their contents once each, named by hash.
/// A later backup into the same folder copies only what is new, and takes the earlier one's place when it is whole.
/// </summary>
/// <param name="path">The folder.</param>
public sealed class BackupFolder(string path)
{
    /// <summary>File of the registry's rows, one JSON object a line.</summary>
    public const string RegistryName = "registry.jsonl";

    /// <summary>File of the list of blobs, one JSON object a line.</summary>
    public const string BlobsName = "blobs.jsonl";

    private const string Part = ".part";

    /// <summary>Where it lies.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The contents of the blobs.</summary>
    public BackupContents Contents { get; } = new(System.IO.Path.Combine(System.IO.Path.GetFullPath(path), "objects"));

    /// <summary>A file that takes the place of <paramref name="name"/> with <see cref="CompleteAsync"/>.</summary>
    public FileStream Begin(string name)
    {
        Directory.CreateDirectory(Path);
        return new FileStream(Of(name) + Part, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.Asynchronous);
    }

    /// <summary>Puts new rows, list and manifest in the place of what was there. Until the manifest is written, the folder counts as damaged, not as the earlier backup.</summary>
    public async Task CompleteAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        File.Delete(Of(BackupManifest.FileName));
        File.Move(Of(RegistryName) + Part, Of(RegistryName), overwrite: true);
        File.Move(Of(BlobsName) + Part, Of(BlobsName), overwrite: true);
        await using (var file = Begin(BackupManifest.FileName))
        {
            await JsonSerializer.SerializeAsync(file, manifest, ContractsJson.Indented, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(Of(BackupManifest.FileName) + Part, Of(BackupManifest.FileName));
    }

    /// <summary>Reads the manifest and holds rows and list against it.</summary>
    /// <exception cref="BackupException">There is no whole backup here, or this program is too old for it.</exception>
    public async Task<BackupManifest> OpenAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Of(BackupManifest.FileName)))
        {
            throw new BackupException($"{Path} holds no backup: there is no {BackupManifest.FileName} in it. Name the folder that 'loramesh backup --out' named; where a backup was interrupted, take it again.");
        }

        var manifest = await ReadManifestAsync(cancellationToken);
        if (manifest.Format != BackupManifest.CurrentFormat)
        {
            throw new BackupException($"The backup in {Path} has format {manifest.Format}, this program reads {BackupManifest.CurrentFormat}. Use the program version that wrote it, or a newer one.");
        }

        await CheckAsync(RegistryName, manifest.RegistrySha256, cancellationToken);
        await CheckAsync(BlobsName, manifest.BlobsSha256, cancellationToken);
        return manifest;
    }

    /// <summary>The blobs of the list, in its order; none where there is no list.</summary>
    public async IAsyncEnumerable<BackupBlob> BlobsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!File.Exists(Of(BlobsName)))
        {
            yield break;
        }

        await foreach (var line in File.ReadLinesAsync(Of(BlobsName), cancellationToken))
        {
            yield return JsonSerializer.Deserialize<BackupBlob>(line, ContractsJson.Options) ?? throw new BackupException($"{Of(BlobsName)} holds a line that is null.");
        }
    }

    /// <summary>The rows, in their order.</summary>
    public IAsyncEnumerable<string> RowsAsync(CancellationToken cancellationToken) => File.ReadLinesAsync(Of(RegistryName), cancellationToken);

    /// <summary>SHA-256 of a file that was begun, from its start.</summary>
    public static async Task<string> HashAsync(FileStream file, CancellationToken cancellationToken)
    {
        await file.FlushAsync(cancellationToken);
        file.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    private string Of(string name) => System.IO.Path.Combine(Path, name);

    private async Task<BackupManifest> ReadManifestAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(Of(BackupManifest.FileName));
            return await JsonSerializer.DeserializeAsync<BackupManifest>(file, ContractsJson.Options, cancellationToken) ?? throw new BackupException($"{Of(BackupManifest.FileName)} is empty.");
        }
        catch (JsonException problem)
        {
            throw new BackupException($"{Of(BackupManifest.FileName)} is damaged: {problem.Message} Use another backup.", problem);
        }
    }

    private async Task CheckAsync(string name, string sha256, CancellationToken cancellationToken)
    {
        await using var file = File.Exists(Of(name)) ? File.OpenRead(Of(name)) : null;
        if (file is null || await HashAsync(file, cancellationToken) != sha256)
        {
            throw new BackupException($"{Of(name)} is missing or not as it was written: its SHA-256 is not the one in {BackupManifest.FileName}. Use another backup.");
        }
    }
}
