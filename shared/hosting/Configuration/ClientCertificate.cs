using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LoraMesh.Hosting.Configuration;

/// <summary>A certificate by which this process shows a server who it is: two PEM files, read when the process starts. No message ever holds the key.</summary>
public static class ClientCertificate
{
    /// <summary>What is wrong with the pair of settings.</summary>
    /// <param name="certificateFile">PEM file of the certificate, and of those between it and the authority.</param>
    /// <param name="keyFile">PEM file of its private key.</param>
    /// <param name="prefix">What stands before <c>CertificateFile</c> and <c>KeyFile</c> in the settings' names.</param>
    public static IEnumerable<string> Problems(string? certificateFile, string? keyFile, string prefix = "")
    {
        if (certificateFile is null && keyFile is null)
        {
            yield break;
        }

        if (certificateFile is null || keyFile is null)
        {
            yield return $"{prefix}CertificateFile and {prefix}KeyFile belong together; only one of them is set";
            yield break;
        }

        foreach (var (name, file) in new[] { ($"{prefix}CertificateFile", certificateFile), ($"{prefix}KeyFile", keyFile) })
        {
            if (!File.Exists(file))
            {
                yield return $"{name} is '{file}', which does not exist";
                yield break;
            }
        }

        if (TryRead(certificateFile, keyFile) is { } problem)
        {
            yield return problem;
        }
    }

    /// <summary>The certificate, or null where none is configured.</summary>
    public static X509Certificate2? Read(string? certificateFile, string? keyFile) =>
        certificateFile is null || keyFile is null ? null : X509Certificate2.CreateFromPemFile(certificateFile, keyFile);

    private static string? TryRead(string certificateFile, string keyFile)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            return null;
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return $"'{certificateFile}' and '{keyFile}' are not a certificate and its private key in PEM";
        }
    }
}
