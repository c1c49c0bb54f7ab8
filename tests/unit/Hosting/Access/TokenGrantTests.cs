using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using Microsoft.IdentityModel.JsonWebTokens;

namespace LoraMesh.UnitTests.Hosting.Access;

/// <summary>What the claims of a token give, and which settings are refused.</summary>
public sealed class TokenGrantTests : IDisposable
{
    private readonly TokenProvider _provider = new();

    public void Dispose() => _provider.Dispose();

    [Fact]
    public void Caller_HasEachRole_WhereItsClaimsSay()
    {
        var options = Options(("everyone", null, "staff", AccessRoles.Viewer, "faq, tickets"), ("teams", null, "lora-{project}-ops", AccessRoles.Operator, null));

        var caller = CallerOf(options, ["staff", "lora-tickets-ops", "lora--ops", "lora-ops", "other"])!;

        Assert.Equal("oidc:ada", caller.Name);
        Assert.Equal(["faq", "tickets"], caller.Projects);
        Assert.True(caller.Has(AccessRoles.Operator, "tickets"));
        Assert.False(caller.Has(AccessRoles.Operator, "faq"));
        Assert.False(caller.Has(AccessRoles.Admin));
        Assert.False(caller.Covers("invoices"));
        Assert.Equal(["tickets"], caller.ProjectsFor(AccessRoles.Operator));
        Assert.False(caller.HasEverywhere(AccessRoles.Viewer));
    }

    [Fact]
    public void Claims_AreFoundWholeNestedAndAsScopes()
    {
        var options = Options(
            ("nested", "realm_access.roles", "admin", AccessRoles.Admin, "*"),
            ("address", "https://example.com/groups", "ML Ops", AccessRoles.Operator, "a"),
            ("scope", "scope", "lora.read", AccessRoles.Viewer, "b"));

        Assert.True(CallerOf(options, [], ("realm_access", new Dictionary<string, object> { ["roles"] = new[] { "x", "admin" } }))!.HasEverywhere(AccessRoles.Admin));
        Assert.True(CallerOf(options, [], ("https://example.com/groups", "ML Ops"))!.Has(AccessRoles.Operator, "a"));
        Assert.True(CallerOf(options, [], ("scope", "openid lora.read"))!.Has(AccessRoles.Viewer, "b"));
        Assert.Empty(CallerOf(options, [], ("https://example.com/groups", "x ML Ops"))!.Grants);
        Assert.Empty(CallerOf(options, ["admin"])!.Grants);
    }

    [Fact]
    public void Name_IsTheSubjectWhereTheClaimIsMissing_AndNobodyWithoutEither()
    {
        var options = Options(("all", null, "x", AccessRoles.Viewer, "*"));
        options.NameClaim = "email";

        Assert.Equal("oidc:7f3a", CallerOf(options, [])!.Name);
        Assert.Null(CallerOf(options, [], ("email", "a\nb")));
        Assert.Null(CallerOf(options, [], ("sub", new string('x', 201))));
    }

    [Theory]
    [InlineData("x", "king", "*", "Role is 'king'")]
    [InlineData("", "viewer", "*", "Value is ''")]
    [InlineData("{project}", "viewer", null, "Value is '{project}'")]
    [InlineData("x", "viewer", null, "Projects is not set")]
    [InlineData("x-{project}", "viewer", "faq", "Projects is 'faq'")]
    public void Grant_ThatIsUnclear_IsRefusedByName(string value, string role, string? projects, string expected)
    {
        var options = Options(("team", null, value, role, projects));

        Assert.Contains(options.Validate(new(options)), problem => problem.ErrorMessage!.Contains("Access:Tokens:Grants:team: " + expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_ThatWouldTakeTooMuch_AreRefused()
    {
        Assert.Contains("Audience", Refused(options => options.Audience = null));
        Assert.Contains("Grants", Refused(options => options.Grants.Clear()));
        Assert.Contains("Issuer", Refused(options => options.Issuer = "http://login.example.com"));
        Assert.Contains("MetadataAddress", Refused(options => options.MetadataAddress = new Uri("http://login.example.com/x")));
        Assert.Contains("KeysFile", Refused(options => options.KeysFile = "/nowhere.json"));
        Assert.Contains("Issuer", Refused(options => options.Issuer = null));
        Assert.Empty(Refused(_ => { }));
    }

    [Fact]
    public void KeysFile_WithASharedSecretAlone_IsRefused()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, """{"keys": [{"kty": "oct", "kid": "1", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}]}""");
            Assert.Contains("no public key", TokenKeys.Problem(file), StringComparison.Ordinal);
            File.WriteAllText(file, "no JSON");
            Assert.Contains("is not a JWK Set", TokenKeys.Problem(file), StringComparison.Ordinal);
            File.WriteAllText(file, _provider.KeySet);
            Assert.Null(TokenKeys.Problem(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IReadOnlyList<string> Refused(Action<TokenOptions> change)
    {
        var options = Options(("all", null, "x", AccessRoles.Viewer, "*"));
        change(options);
        return [.. options.Validate(new(options)).SelectMany(problem => problem.MemberNames)];
    }

    private static TokenOptions Options(params (string Name, string? Claim, string Value, string Role, string? Projects)[] grants)
    {
        var options = new TokenOptions { Issuer = TokenProvider.Issuer, Audience = TokenProvider.Audience };
        foreach (var (name, claim, value, role, projects) in grants)
        {
            options.Grants[name] = new TokenGrant { Claim = claim, Value = value, Role = role, Projects = projects };
        }

        return options;
    }

    private Caller? CallerOf(TokenOptions options, string[] roles, params (string Claim, object Value)[] more) =>
        TokenCaller.Of(new JsonWebToken(_provider.Token(roles, token => more.ToList().ForEach(claim => token.Claims[claim.Claim] = claim.Value))), options);
}
