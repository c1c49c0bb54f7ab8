using LoraMesh.Control.Registry;
using LoraMesh.Hosting.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LoraMesh.UnitTests.Control.Registry;

public sealed class DatabaseOptionsTests
{
    [Fact]
    public void Default_IsSqlite() => Assert.Equal(DatabaseOptions.Sqlite, Bind([]).Kind);

    [Theory]
    [InlineData("Kind", "mysql", "Database:Kind is 'mysql'")]
    [InlineData("Port", "0", "Database:Port is '0'")]
    public void Value_OutOfBounds_IsNamed(string key, string value, string expected) =>
        Assert.Contains(expected, Assert.Throws<OptionsValidationException>(() => Bind(new() { ["Database:" + key] = value })).Message, StringComparison.Ordinal);

    [Fact]
    public void Postgres_WithoutCredentials_NamesWhatIsMissing()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Bind(new() { ["Database:Kind"] = "postgresql", ["Database:PasswordFile"] = "/nowhere/password", ["Database:CaFile"] = "/nowhere/ca.pem" }));

        Assert.Contains("neither Username nor UsernameFile is set", refused.Message, StringComparison.Ordinal);
        Assert.Contains("/nowhere/password", refused.Message, StringComparison.Ordinal);
        Assert.Contains("/nowhere/ca.pem", refused.Message, StringComparison.Ordinal);
    }

    private static DatabaseOptions Bind(Dictionary<string, string?> settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddCheckedOptions<DatabaseOptions>(DatabaseOptions.Section);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<DatabaseOptions>>().Value;
    }
}
