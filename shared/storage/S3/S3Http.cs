using System.Security.Cryptography.X509Certificates;

namespace LoraMesh.Storage.S3;

/// <summary>Makes the one HTTP client of a store.</summary>
internal static class S3Http
{
    public static HttpClient Create(S3Settings settings)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AllowAutoRedirect = false,
            UseProxy = !settings.Endpoint.IsLoopback,
        };
        if (settings.CaFile is { } file)
        {
            handler.SslOptions.CertificateChainPolicy = Trusting(file);
        }

        if (settings.Certificate is { } certificate)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        // Contents may take hours; what must not is bounded where it is sent.
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    // Host names are still checked: the policy only says which roots are trusted.
    private static X509ChainPolicy Trusting(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(file);
        return policy;
    }
}
