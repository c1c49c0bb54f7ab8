using System.ComponentModel.DataAnnotations;

namespace LoraMesh.Hosting.Access;

/// <summary>
/// Section <c>Access:ClientCertificates</c>: whether whoever connects over TLS must show a certificate, beside key or token. It holds
/// for every https address of a process and not for http ones, at which a supervisor on the same machine may ask for health.
/// </summary>
public sealed class ClientCertificateOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Access:ClientCertificates";

    /// <summary>PEM file of the authorities that clients' certificates are checked against; none means that no certificate is asked for.</summary>
    public string? CaFile { get; set; }

    /// <summary>Names that may connect, with commas between them: the certificate's DNS names, or its common name; none means every one that an authority vouches for.</summary>
    public string? Names { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CaFile is not null && !File.Exists(CaFile))
        {
            yield return new ValidationResult($"CaFile is '{CaFile}', which does not exist", [nameof(CaFile)]);
        }
        else if (CaFile is null && Names is not null)
        {
            yield return new ValidationResult("names are checked of certificates alone that CaFile vouches for; set it", [nameof(Names)]);
        }
    }
}
