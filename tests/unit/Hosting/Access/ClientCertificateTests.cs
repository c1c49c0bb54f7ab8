using LoraMesh.Control.Dashboard;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Http;
using LoraMesh.UnitTests.Control.Api;
using LoraMesh.UnitTests.Storage;
using Microsoft.AspNetCore.Hosting;

namespace LoraMesh.UnitTests.Hosting.Access;

/// <summary>Servers that ask for a certificate, over real TLS, and clients that show one.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority;
    private readonly TestAuthority _stranger;

    public ClientCertificateTests() => (_authority, _stranger) = (new TestAuthority(_folder.Path, "ours"), new TestAuthority(_folder.Path, "theirs"));

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Server_LetsInWhoShowsACertificateForClientsByItsAuthority_AndNobodyElse()
    {
        await using var control = await StartAsync(names: null);

        Assert.Equal(200, await AskAsync(control, _authority.Issue("worker", forClients: true)));
        Assert.Null(await AskAsync(control, null));
        Assert.Null(await AskAsync(control, _stranger.Issue("foreign", forClients: true)));
        Assert.Null(await AskAsync(control, _authority.Issue("another-server", forClients: false)));
    }

    [Fact]
    public async Task Server_WithNames_LetsInTheseAlone()
    {
        await using var control = await StartAsync(names: "gateway, Control");

        Assert.Equal(200, await AskAsync(control, _authority.Issue("control", forClients: true)));
        Assert.Null(await AskAsync(control, _authority.Issue("worker", forClients: true)));
    }

    [Fact]
    public void Settings_ThatCannotServe_AreRefusedBeforeAnyoneConnects()
    {
        var (certificate, key) = _authority.Issue("client", forClients: true);
        var (_, anothers) = _authority.Issue("other", forClients: true);

        Assert.Empty(ClientCertificate.Problems(certificate, key));
        Assert.Empty(ClientCertificate.Problems(null, null));
        Assert.Contains("belong together", Assert.Single(ClientCertificate.Problems(certificate, null)), StringComparison.Ordinal);
        Assert.Contains("InferenceKeyFile is '/nowhere'", Assert.Single(ClientCertificate.Problems(certificate, "/nowhere", "Inference")), StringComparison.Ordinal);
        Assert.Contains("are not a certificate and its private key", Assert.Single(ClientCertificate.Problems(certificate, anothers)), StringComparison.Ordinal);
        Assert.Contains("set Bus:Tls", Problems(new BusOptions { Transport = BusOptions.RabbitMq, Username = "u", Password = "p", CertificateFile = certificate, KeyFile = key }), StringComparison.Ordinal);
        Assert.Contains("does not exist", Problems(new ClientCertificateOptions { CaFile = "/nowhere" }), StringComparison.Ordinal);
        Assert.Contains("set it", Problems(new ClientCertificateOptions { Names = "a" }), StringComparison.Ordinal);
        Assert.Contains("belong together", Problems(new DashboardOptions { InferenceKeyFile = key }), StringComparison.Ordinal);
    }

    private static string Problems(System.ComponentModel.DataAnnotations.IValidatableObject options) =>
        string.Join('\n', options.Validate(new(options)).Select(problem => problem.ErrorMessage));

    private async Task<ApiHarness> StartAsync(string? names)
    {
        var (certificate, key) = _authority.Issue("server", forClients: false);
        return await ApiHarness.StartAsync(
            settings: new Dictionary<string, string?>
            {
                ["Kestrel:Certificates:Default:Path"] = certificate,
                ["Kestrel:Certificates:Default:KeyPath"] = key,
                ["Access:ClientCertificates:CaFile"] = _authority.AuthorityFile,
                ["Access:ClientCertificates:Names"] = names,
            },
            more: builder => builder.WebHost.UseKestrelHttpsConfiguration().UseUrls("https://127.0.0.1:0"));
    }

    /// <summary>Status of an answer; null where no connection came about.</summary>
    private async Task<int?> AskAsync(ApiHarness control, (string Certificate, string Key)? shown)
    {
        using var certificate = ClientCertificate.Read(shown?.Certificate, shown?.Key);
        using var client = new HttpClient(TrustedHttp.Handler(_authority.AuthorityFile, certificate)) { BaseAddress = control.Client.BaseAddress };
        try
        {
            using var answer = await client.GetAsync(new Uri("/health/live", UriKind.Relative));
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
