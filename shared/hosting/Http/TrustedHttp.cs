using System.Net.Http;
using System.Security.Cryptography.X509Certificates;

namespace LoraMesh.Hosting.Http;

/// <summary>Requests to servers whose certificates come from authorities of one's own, or that ask for one themselves.</summary>
public static class TrustedHttp
{
    /// <summary>Makes a handler; without a file the system's authorities count. Host names are checked in either case.</summary>
    /// <param name="authorities">PEM file of authorities.</param>
    /// <param name="certificate">What is shown to a server that asks; null for nothing.</param>
    public static SocketsHttpHandler Handler(string? authorities, X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) };
        if (authorities is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(authorities);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        return handler;
    }
}
