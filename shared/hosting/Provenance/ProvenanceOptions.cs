using System.ComponentModel.DataAnnotations;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Provenance;

namespace LoraMesh.Hosting.Provenance;

/// <summary>Section <c>Provenance</c>: who signs adapters, and whose adapters are used. Keys come as PEM text or, better, as files.</summary>
public sealed class ProvenanceOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Provenance";

    /// <summary>Private key of the trainer; none means that adapters are not signed.</summary>
    public string? SigningKey { get; set; }

    /// <summary>File that holds the private key; wins over <see cref="SigningKey"/>.</summary>
    public string? SigningKeyFile { get; set; }

    /// <summary>Public keys, one or several; none means that adapters are used whoever made them.</summary>
    public string? TrustedKeys { get; set; }

    /// <summary>File that holds the public keys; wins over <see cref="TrustedKeys"/>.</summary>
    public string? TrustedKeysFile { get; set; }

    /// <summary>The key that signs, or null; the caller disposes it.</summary>
    public SigningKey? ReadSigningKey() =>
        SigningKey is null && SigningKeyFile is null ? null : LoraMesh.Provenance.SigningKey.FromPem(SecretText.Read(SigningKey, SigningKeyFile));

    /// <summary>The keys that are believed; none where all adapters are.</summary>
    public IReadOnlyList<TrustedKey> ReadTrustedKeys() =>
        TrustedKeys is null && TrustedKeysFile is null ? [] : TrustedKey.FromPem(SecretText.Read(TrustedKeys, TrustedKeysFile));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Problems(SigningKeyFile, nameof(SigningKeyFile), () => ReadSigningKey()?.Dispose()).Concat(Problems(TrustedKeysFile, nameof(TrustedKeysFile), () => ReadTrustedKeys()));

    private static IEnumerable<ValidationResult> Problems(string? file, string member, Action read)
    {
        string? problem = null;
        try
        {
            read();
        }
        catch (Exception failure) when (failure is FormatException or IOException or UnauthorizedAccessException)
        {
            problem = failure.Message;
        }

        if (problem is not null)
        {
            // Named by the file, so that the text of a key is never shown.
            yield return new ValidationResult(file is null ? $"the key given as text cannot be read: {problem}" : problem, [member]);
        }
    }
}
