using System.ComponentModel.DataAnnotations;
using LoraMesh.Storage.S3;

namespace LoraMesh.Hosting.Configuration;

/// <summary>Section <c>Storage:S3</c>: the server that blobs lie on. Credentials come as text or, better, as files, and are never logged.</summary>
public sealed class S3Options
{
    /// <summary>Address with scheme, such as <c>http://minio:9000</c>; <c>https</c> for TLS.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Region that requests are signed for. Default <c>us-east-1</c>.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>Access key.</summary>
    public string? AccessKey { get; set; }

    /// <summary>File that holds the access key; wins over <see cref="AccessKey"/>.</summary>
    public string? AccessKeyFile { get; set; }

    /// <summary>Secret key.</summary>
    public string? SecretKey { get; set; }

    /// <summary>File that holds the secret key; wins over <see cref="SecretKey"/>.</summary>
    public string? SecretKeyFile { get; set; }

    /// <summary>PEM file of the authorities that the server's certificate is checked against; none means the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>PEM file of the certificate by which this process shows who it is, where the server asks for one.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file of that certificate's private key.</summary>
    public string? KeyFile { get; set; }

    /// <summary>What keeps a store from being made of these settings.</summary>
    internal IEnumerable<ValidationResult> Problems()
    {
        if (Endpoint is not { IsAbsoluteUri: true, Scheme: "http" or "https" } || Endpoint.AbsolutePath != "/")
        {
            yield return new ValidationResult($"Endpoint is '{Endpoint}'; it must be an http or https address without a path, such as http://minio:9000", [nameof(StorageOptions.S3)]);
        }

        foreach (var problem in SecretText.Problems(AccessKey, AccessKeyFile, "AccessKey").Concat(SecretText.Problems(SecretKey, SecretKeyFile, "SecretKey")))
        {
            yield return new ValidationResult(problem, [nameof(StorageOptions.S3)]);
        }

        if (CaFile is not null && !File.Exists(CaFile))
        {
            yield return new ValidationResult($"CaFile is '{CaFile}', which does not exist", [nameof(StorageOptions.S3)]);
        }

        foreach (var problem in ClientCertificate.Problems(CertificateFile, KeyFile))
        {
            yield return new ValidationResult(problem, [nameof(StorageOptions.S3)]);
        }
    }

    /// <summary>The settings of a store that spools into <paramref name="spoolFolder"/>.</summary>
    internal S3Settings Read(string spoolFolder) =>
        new(Endpoint!, SecretText.Read(AccessKey, AccessKeyFile), SecretText.Read(SecretKey, SecretKeyFile), Region, CaFile, spoolFolder) { Certificate = ClientCertificate.Read(CertificateFile, KeyFile) };
}
