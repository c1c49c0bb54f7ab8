using System.Text;
using LoraMesh.Contracts;
using LoraMesh.Provenance;
using LoraMesh.Storage;
using Microsoft.Extensions.Options;

namespace LoraMesh.Hosting.Provenance;

/// <summary>Decides whether an adapter may be loaded: nothing in it runs code, and where keys are trusted, one of them signed all of it.</summary>
public sealed class AdapterTrust(IBlobStore store, IOptions<ProvenanceOptions> options)
{
    private readonly Lazy<IReadOnlyList<TrustedKey>> _keys = new(() => options.Value.ReadTrustedKeys());

    /// <summary>Checks an adapter.</summary>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="folder">Local copy of its files, whose bytes are those that the manifest names.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SignatureRefusedException">It must not be used; the message says why.</exception>
    public async Task CheckAsync(AdapterManifest manifest, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        UnsafeFiles.Refuse(folder);
        if (_keys.Value is not { Count: > 0 } keys)
        {
            return;
        }

        ModelSignature.Verify(await ReadSignatureAsync(store, manifest, cancellationToken), FilesOf(manifest), keys);
        var bom = Path.Combine(folder, ModelBom.FileName);
        if (!File.Exists(bom))
        {
            throw new SignatureRefusedException("bom_missing", $"it has no {ModelBom.FileName}, which binds it to its base model.");
        }

        ModelBom.Check(await File.ReadAllTextAsync(bom, cancellationToken), OriginOf(manifest));
    }

    /// <summary>Where an adapter comes from, as its manifest says.</summary>
    public static AdapterOrigin OriginOf(AdapterManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var files = manifest.Model.Files.Select(file => new SignedFile(Below(file.Key, manifest.Model.Name), file.Sha256));
        return new AdapterOrigin(manifest.Project, manifest.AdapterId, manifest.DatasetId, manifest.Model.Name, manifest.Model.Digest, [.. files]);
    }

    internal static IReadOnlyList<SignedFile> FilesOf(AdapterManifest manifest) =>
        [.. manifest.Files.Select(file => new SignedFile(Below(file.Key, $"{manifest.Project}/{manifest.AdapterId}"), file.Sha256))];

    internal static string SignatureKey(AdapterManifest manifest) => $"{manifest.Project}/{manifest.AdapterId}/{ModelSignature.FileName}";

    internal static async Task<string> ReadSignatureAsync(IBlobStore store, AdapterManifest manifest, CancellationToken cancellationToken)
    {
        var key = SignatureKey(manifest);
        if (await store.StatAsync(Buckets.Adapters, key, cancellationToken) is not { } found || await store.OpenReadAsync(Buckets.Adapters, key, cancellationToken) is not { } opened)
        {
            throw new SignatureRefusedException("signature_missing", $"it is not signed: there is no {key} in {Buckets.Adapters}.");
        }

        await using var content = opened;
        if (found.Bytes > ModelSignature.MaxBytes)
        {
            throw new SignatureRefusedException("signature_malformed", $"{key} has {found.Bytes} bytes; a signature has at most {ModelSignature.MaxBytes}.");
        }

        using var reader = new StreamReader(content, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static string Below(string key, string folder) => key.StartsWith(folder + "/", StringComparison.Ordinal) ? key[(folder.Length + 1)..] : key;
}
