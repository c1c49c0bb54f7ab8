using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace LoraMesh.Hosting.Bus;

/// <summary>Checks a broker's certificate against authorities of one's own.</summary>
internal static class BrokerCertificate
{
    /// <summary>Whether the certificate is for the host and comes from an authority in the PEM file; the chain is built anew, since the system does not know that one.</summary>
    public static bool IsTrusted(X509Certificate? certificate, SslPolicyErrors problems, string authorities)
    {
        if (certificate is null || (problems & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain();
        using var checkedOne = new X509Certificate2(certificate);
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(authorities);
        return chain.Build(checkedOne);
    }
}
