using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace LoraMesh.Control.Registry;

/// <summary>The tables on a PostgreSQL server; the type under which its migrations are found.</summary>
public sealed class PostgresRegistryContext(DbContextOptions<PostgresRegistryContext> options) : RegistryContext(options)
{
    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<string>().HaveConversion<WithoutNull>();
    }

    // PostgreSQL's text knows no U+0000, which a worker's reason or a file's name may hold.
    private sealed class WithoutNull() : ValueConverter<string, string>(text => text.Replace('\0', '\uFFFD'), text => text);
}
