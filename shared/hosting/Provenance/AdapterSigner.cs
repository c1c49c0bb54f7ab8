using System.Text;
using LoraMesh.Contracts;
using LoraMesh.Provenance;
using LoraMesh.Storage;
using Microsoft.Extensions.Options;

namespace LoraMesh.Hosting.Provenance;

/// <summary>Signs adapters as they lie in the store, where a key is configured.</summary>
public sealed class AdapterSigner(IBlobStore store, IOptions<ProvenanceOptions> options)
{
    /// <summary>Whether adapters are signed at all.</summary>
    public bool Signs => options.Value is not { SigningKey: null, SigningKeyFile: null };

    /// <summary>
    /// Writes the signature beside an adapter's files; nothing where no key is configured. It is no part of the manifest:
    /// every signature over the same files is another one, and two workers may write one each.
    /// </summary>
    public async Task SignAsync(AdapterManifest manifest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        using var key = options.Value.ReadSigningKey();
        if (key is null)
        {
            return;
        }

        var signature = ModelSignature.Sign(manifest.AdapterId, AdapterTrust.FilesOf(manifest), key);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(signature));
        await store.PutAsync(Buckets.Adapters, AdapterTrust.SignatureKey(manifest), content, default, cancellationToken);
    }

    /// <summary>Whether an adapter in the store bears a signature of the configured key, or needs none.</summary>
    public async Task<bool> IsOwnAsync(AdapterManifest manifest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        using var key = options.Value.ReadSigningKey();
        if (key is null)
        {
            return true;
        }

        try
        {
            ModelSignature.Verify(await AdapterTrust.ReadSignatureAsync(store, manifest, cancellationToken), AdapterTrust.FilesOf(manifest), [key.Public]);
            return true;
        }
        catch (SignatureRefusedException)
        {
            return false;
        }
    }
}
