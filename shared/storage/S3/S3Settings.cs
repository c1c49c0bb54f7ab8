using System.Security.Cryptography.X509Certificates;

namespace LoraMesh.Storage.S3;

/// <summary>How an S3 server is reached. Credentials are never part of <see cref="ToString"/>.</summary>
/// <param name="Endpoint">Scheme, host and port; the scheme decides about TLS.</param>
/// <param name="AccessKey">Access key.</param>
/// <param name="SecretKey">Secret key.</param>
/// <param name="Region">Region that requests are signed for.</param>
/// <param name="CaFile">PEM file of certificates to trust besides the system's; null for none.</param>
/// <param name="SpoolFolder">Folder of contents that are too large for memory while they are sent; made where it is missing.</param>
public sealed record S3Settings(Uri Endpoint, string AccessKey, string SecretKey, string Region, string? CaFile, string SpoolFolder)
{
    /// <summary>The certificate that is shown to the server; null for none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"S3 at {Endpoint} (region {Region})";
}
