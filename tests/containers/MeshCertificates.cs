using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Amazon.Runtime;

namespace LoraMesh.Containers;

/// <summary>An authority of a suite's own and one certificate by it, for every host of the suite. They last a day.</summary>
public sealed class MeshCertificates : IDisposable
{
    private readonly X509Certificate2 _authority;

    /// <summary>Draws keys and writes them into a folder.</summary>
    /// <param name="folder">An empty folder that only this user can read.</param>
    public MeshCertificates(string folder)
    {
        (AuthorityFile, CertificateFile, KeyFile) = (Path.Combine(folder, "ca.pem"), Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        var (from, until) = (TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=LoraMesh test authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        _authority = authority.CreateSelfSigned(from, until);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=LoraMesh test server", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(Names());
        using var certificate = request.Create(_authority, from, until, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The authority's certificate in PEM.</summary>
    public string AuthorityFile { get; }

    /// <summary>The servers' certificate in PEM.</summary>
    public string CertificateFile { get; }

    /// <summary>Its private key in PEM.</summary>
    public string KeyFile { get; }

    /// <summary>A handler that trusts this authority and no other.</summary>
    public HttpMessageHandler Handler() => new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { _authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    /// <summary>The same for an S3 client.</summary>
    internal HttpClientFactory S3Handler() => new TrustingFactory(this);

    /// <inheritdoc/>
    public void Dispose() => _authority.Dispose();

    private static X509Extension Names()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(BrokerContainer.Alias);
        names.AddIpAddress(IPAddress.Loopback);
        return names.Build();
    }

    private sealed class TrustingFactory(MeshCertificates certificates) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(certificates.Handler());
    }
}
