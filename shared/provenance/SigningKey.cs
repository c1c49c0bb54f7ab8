using System.Security.Cryptography;

namespace LoraMesh.Provenance;

/// <summary>A private key on one of the curves P-256, P-384 and P-521, which signs adapters.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly ECDsa _key;

    private SigningKey(ECDsa key) => (_key, Public) = (key, TrustedKey.Of(key));

    /// <summary>The key by which its signatures are checked.</summary>
    public TrustedKey Public { get; }

    /// <summary>Makes a fresh key on P-256.</summary>
    public static SigningKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a key in PEM, as <c>openssl ecparam -name prime256v1 -genkey -noout</c> writes it.</summary>
    /// <exception cref="FormatException">It is no private key in PEM, or on another curve. The message holds nothing of the key.</exception>
    public static SigningKey FromPem(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        if (!pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new FormatException("expected a private key in PEM: openssl ecparam -name prime256v1 -genkey -noout -out key.pem");
        }

        return new SigningKey(TrustedKey.Import(pem));
    }

    /// <summary>The key in PEM (PKCS #8), for whoever has just made it.</summary>
    public string ToPem() => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    internal byte[] Sign(byte[] data) => _key.SignData(data, TrustedKey.HashOf(_key), DSASignatureFormat.Rfc3279DerSequence);
}
