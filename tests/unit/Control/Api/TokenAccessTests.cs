using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LoraMesh.Contracts;
using LoraMesh.UnitTests.Hosting.Access;
using LoraMesh.UnitTests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace LoraMesh.UnitTests.Control.Api;

/// <summary>Tokens of an OpenID Connect provider over HTTP: which are taken, and every way in which one may be wrong.</summary>
public sealed class TokenAccessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TokenProvider _provider = new();

    public void Dispose()
    {
        _provider.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Token_IsTakenForItsBearer_WhoIsNamedInTheAudit()
    {
        await using var control = await StartAsync();
        As(control, _provider.Token(["admin"]));

        await control.PostAsync<ApiKeyView>("/api/v1/keys", new CreateKeyRequest { Name = "pipeline" });

        Assert.Contains((await control.GetAsync<AuditList>("/api/v1/audit")).Data, entry => entry is { Who: "oidc:ada", What: "key_created" });
        Assert.Equal("bad_name", (await control.PostAsync<ErrorBody>("/api/v1/keys", new CreateKeyRequest { Name = "oidc:ada" }, 400)).Error.Code);
    }

    [Fact]
    public async Task Token_WithoutAnyGrant_IsKnownAndMayDoNothing()
    {
        await using var control = await StartAsync();
        As(control, _provider.Token(["somebody"]));

        using var answer = await control.Client.GetAsync(new Uri("/api/v1/runs", UriKind.Relative));

        var error = (await ApiHarness.ReadAsync<ErrorBody>(answer, 403)).Error;
        Assert.Equal("role_missing", error.Code);
        Assert.Contains("Access:Tokens:Grants", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_ThatIsWrong_IsRefusedWithTheReason()
    {
        await using var control = await StartAsync();
        using var stranger = new TokenProvider();
        using var unknown = new TokenProvider("two");
        var good = _provider.Token(["admin"]);
        var parts = good.Split('.');
        var shared = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(_provider.KeySet)) { KeyId = "one" }, SecurityAlgorithms.HmacSha256);
        var old = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1);
        foreach (var (token, reason) in new[]
        {
            (_provider.Token(["admin"], token => (token.NotBefore, token.Expires) = (old, old.AddMinutes(5))), "lapsed"),
            (_provider.Token(["admin"], token => (token.NotBefore, token.Expires) = (old.AddHours(2), old.AddHours(3))), "not valid yet"),
            (_provider.Token(["admin"], token => token.Expires = null), "has no end"),
            (_provider.Token(["admin"], token => token.Audience = "payroll"), "another service"),
            (_provider.Token(["admin"], token => token.Issuer = "https://evil.example.com"), "another provider"),
            (stranger.Token(["admin"]), "signature is not right"),
            (unknown.Token(["admin"]), "signature is of no key"),
            (_provider.Token(["admin"], token => token.SigningCredentials = shared), "signature"),
            ($"{parts[0]}.{Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("ada", "bob", StringComparison.Ordinal))}.{parts[2]}", "signature is not right"),
            ($"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.", "not accepted"),
            ("a.b.c", "not accepted"),
        })
        {
            As(control, token);
            using var answer = await control.Client.GetAsync(new Uri("/api/v1/runs", UriKind.Relative));

            var error = (await ApiHarness.ReadAsync<ErrorBody>(answer, 401)).Error;
            Assert.Equal("invalid_token", error.Code);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(parts[1], error.Message, StringComparison.Ordinal);
        }

        As(control, good);
        Assert.Empty((await control.GetAsync<RunList>("/api/v1/runs")).Data);
    }

    [Fact]
    public async Task Provider_ThatSignsItsKeysAnew_IsFollowedWithoutARestart()
    {
        using var next = new TokenProvider("two");
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var file = _provider.Save(_folder.Path);
        var keys = new LoraMesh.Hosting.Access.TokenKeys(file, time);
        Assert.Equal("one", Assert.Single(keys.Current).KeyId);

        next.Save(_folder.Path);
        File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(5));
        Assert.Equal("one", Assert.Single(keys.Current).KeyId);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("two", Assert.Single(keys.Current).KeyId);

        // A file that is half written at the moment changes nothing.
        await File.WriteAllTextAsync(file, "{");
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("two", Assert.Single(keys.Current).KeyId);
    }

    [Fact]
    public async Task Provider_IsAskedForItsKeysOverTls_AndAloneTrustedByItsAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = SelfSigned(key);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "ca.pem"), certificate.ExportCertificatePem());
        await using var provider = await ServeAsync(certificate);
        var settings = TokenProvider.Settings(null);
        settings["Access:Tokens:MetadataAddress"] = provider.Urls.First() + "/metadata";

        settings["Access:Tokens:CaFile"] = Path.Combine(_folder.Path, "ca.pem");
        await using (var control = await ApiHarness.StartAsync(settings: settings))
        {
            As(control, _provider.Token(["viewer"]));
            Assert.Empty((await control.GetAsync<RunList>("/api/v1/runs")).Data);
        }

        settings.Remove("Access:Tokens:CaFile");
        await using (var control = await ApiHarness.StartAsync(settings: settings))
        {
            As(control, _provider.Token(["viewer"]));
            using var answer = await control.Client.GetAsync(new Uri("/api/v1/runs", UriKind.Relative));
            Assert.Equal("provider_away", (await ApiHarness.ReadAsync<ErrorBody>(answer, 503)).Error.Code);
            Assert.NotNull(answer.Headers.RetryAfter);
        }
    }

    private Task<ApiHarness> StartAsync() => ApiHarness.StartAsync(settings: TokenProvider.Settings(_provider.Save(_folder.Path)));

    private static void As(ApiHarness control, string token) => control.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

    private static X509Certificate2 SelfSigned(ECDsa key)
    {
        var request = new CertificateRequest("CN=provider", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
    }

    private async Task<WebApplication> ServeAsync(X509Certificate2 certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        app.MapGet("/metadata", (HttpRequest request) => Results.Json(new { issuer = TokenProvider.Issuer, jwks_uri = $"https://{request.Host}/keys" }));
        app.MapGet("/keys", () => Results.Text(_provider.KeySet, "application/json"));
        await app.StartAsync();
        return app;
    }
}
