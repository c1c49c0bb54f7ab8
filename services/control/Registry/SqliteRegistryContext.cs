using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Registry;

/// <summary>The tables in a SQLite file; the type under which its migrations are found.</summary>
public sealed class SqliteRegistryContext(DbContextOptions<SqliteRegistryContext> options) : RegistryContext(options);
