using System.Security.Cryptography.X509Certificates;

namespace LoraMesh.Client;

/// <summary>Where a suite is, and how it is reached. The bearer is never part of <see cref="ToString"/>.</summary>
/// <param name="Address">Address of control or of a whole suite, such as <c>https://control.example.com</c>.</param>
public sealed record SuiteConnection(Uri Address)
{
    /// <summary>An API key, or a token of the provider that the suite trusts; null where access is open.</summary>
    public string? Bearer { get; init; }

    /// <summary>PEM file of the authorities that vouch for the suite's certificate; null for the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of a certificate to show, where the suite asks for one.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of that certificate's private key.</summary>
    public string? KeyFile { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Address.ToString();

    /// <summary>A handler that trusts and shows what is said here.</summary>
    internal SocketsHttpHandler Handler()
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), UseProxy = !Address.IsLoopback };
        if (CaFile is not null)
        {
            // Host names are still checked: the policy only says which roots are trusted.
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(CaFile);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        if (CertificateFile is not null)
        {
            handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile)];
        }

        return handler;
    }
}
