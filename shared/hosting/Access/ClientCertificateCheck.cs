using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;

namespace LoraMesh.Hosting.Access;

/// <summary>Makes the server ask for certificates where they are wanted, before a byte of a request is read.</summary>
internal sealed class ClientCertificateCheck(IOptions<ClientCertificateOptions> wanted) : IConfigureOptions<KestrelServerOptions>
{
    private const string ForClients = "1.3.6.1.5.5.7.3.2";
    private const string AlternativeNames = "2.5.29.17";

    /// <inheritdoc/>
    public void Configure(KestrelServerOptions options)
    {
        if (wanted.Value.CaFile is not { } authorities)
        {
            return;
        }

        var names = wanted.Value.Names?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        options.ConfigureHttpsDefaults(https =>
        {
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, sent, _) => IsTrusted(certificate, sent, authorities, names);
        });
    }

    /// <summary>Whether a certificate comes from one of the authorities, is for clients, and bears a name that may connect.</summary>
    internal static bool IsTrusted(X509Certificate2 certificate, X509Chain? sent, string authorities, IReadOnlyCollection<string>? names)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(authorities);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ForClients));
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate) && (names is null || NamesOf(certificate).Intersect(names, StringComparer.OrdinalIgnoreCase).Any());
    }

    private static IEnumerable<string> NamesOf(X509Certificate2 certificate)
    {
        var extension = certificate.Extensions.FirstOrDefault(item => item.Oid?.Value == AlternativeNames);
        return extension is null ? [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)]
            : [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), .. new X509SubjectAlternativeNameExtension(extension.RawData).EnumerateDnsNames()];
    }
}
