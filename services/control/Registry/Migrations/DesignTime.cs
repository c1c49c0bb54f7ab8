using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace LoraMesh.Control.Registry.Migrations;

/// <summary>Tells <c>dotnet ef</c> how to make the tables' description; no server is asked.</summary>
internal sealed class DesignTime : IDesignTimeDbContextFactory<SqliteRegistryContext>, IDesignTimeDbContextFactory<PostgresRegistryContext>
{
    SqliteRegistryContext IDesignTimeDbContextFactory<SqliteRegistryContext>.CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteRegistryContext>().UseSqlite().Options);

    PostgresRegistryContext IDesignTimeDbContextFactory<PostgresRegistryContext>.CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresRegistryContext>().UseNpgsql().Options);
}
