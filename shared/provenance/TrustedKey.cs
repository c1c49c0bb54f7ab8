using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace LoraMesh.Provenance;

/// <summary>A public key whose signatures are believed. Safe to use from several threads at once.</summary>
public sealed partial class TrustedKey
{
    // The curves of the format, by object identifier: others of the same size are not meant.
    private static readonly Dictionary<string, HashAlgorithmName> Curves = new()
    {
        ["1.2.840.10045.3.1.7"] = HashAlgorithmName.SHA256,
        ["1.3.132.0.34"] = HashAlgorithmName.SHA384,
        ["1.3.132.0.35"] = HashAlgorithmName.SHA512,
    };

    private readonly byte[] _subjectPublicKeyInfo;

    private TrustedKey(byte[] subjectPublicKeyInfo, string pem)
    {
        (_subjectPublicKeyInfo, Pem) = (subjectPublicKeyInfo, pem);
        Hint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(pem)));
    }

    /// <summary>The key in PEM, with a line end after its last line.</summary>
    public string Pem { get; }

    /// <summary>By what a signature names its key: SHA-256 of <see cref="Pem"/>, 64 lower-case hexadecimal digits.</summary>
    public string Hint { get; }

    /// <summary>Reads one or several public keys in PEM; what stands around them is left out.</summary>
    /// <exception cref="FormatException">There is none, a private one among them, or one on another curve.</exception>
    public static IReadOnlyList<TrustedKey> FromPem(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        if (pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new FormatException("expected public keys in PEM, found a private one: openssl ec -in key.pem -pubout");
        }

        var keys = PublicKeys().Matches(pem).Select(match =>
        {
            using var key = Import(match.Value);
            return Of(key);
        }).ToList();
        return keys.Count > 0 ? keys : throw new FormatException("expected public keys in PEM: openssl ec -in key.pem -pubout");
    }

    internal static TrustedKey Of(ECDsa key) => new(key.ExportSubjectPublicKeyInfo(), key.ExportSubjectPublicKeyInfoPem() + "\n");

    internal static ECDsa Import(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            HashOf(key);
            return key;
        }
        catch (Exception problem) when (problem is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new FormatException("expected one key on the curve P-256, P-384 or P-521 in PEM, without a password", problem);
        }
    }

    internal static HashAlgorithmName HashOf(ECDsa key) =>
        key.ExportParameters(includePrivateParameters: false).Curve.Oid?.Value is { } curve && Curves.TryGetValue(curve, out var hash)
            ? hash
            : throw new CryptographicException("the curve is not one of the format");

    internal bool Verify(byte[] data, byte[] signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_subjectPublicKeyInfo, out _);
        return key.VerifyData(data, signature, HashOf(key), DSASignatureFormat.Rfc3279DerSequence);
    }

    [GeneratedRegex("-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----", RegexOptions.CultureInvariant)]
    private static partial Regex PublicKeys();
}
