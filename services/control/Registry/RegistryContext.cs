using LoraMesh.Control.Registry.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace LoraMesh.Control.Registry;

/// <summary>The tables of the one database. Opened through <see cref="RegistryStore"/> only.</summary>
public abstract class RegistryContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>Projects.</summary>
    public DbSet<ProjectRow> Projects => Set<ProjectRow>();

    /// <summary>The ledger of drops.</summary>
    public DbSet<DropRow> Drops => Set<DropRow>();

    /// <summary>Runs.</summary>
    public DbSet<RunRow> Runs => Set<RunRow>();

    /// <summary>Jobs.</summary>
    public DbSet<JobRow> Jobs => Set<JobRow>();

    /// <summary>Datasets.</summary>
    public DbSet<DatasetRow> Datasets => Set<DatasetRow>();

    /// <summary>Adapter versions.</summary>
    public DbSet<AdapterVersionRow> Versions => Set<AdapterVersionRow>();

    /// <summary>Aliases.</summary>
    public DbSet<AliasRow> Aliases => Set<AliasRow>();

    /// <summary>Tags of versions.</summary>
    public DbSet<VersionTagRow> Tags => Set<VersionTagRow>();

    /// <summary>How far webhooks have heard.</summary>
    public DbSet<WebhookRow> Webhooks => Set<WebhookRow>();

    /// <summary>The audit trail.</summary>
    public DbSet<AuditRow> Audit => Set<AuditRow>();

    /// <summary>What is to be published or written.</summary>
    public DbSet<OutboxRow> Outbox => Set<OutboxRow>();

    /// <summary>What was handled.</summary>
    public DbSet<InboxRow> Inbox => Set<InboxRow>();

    /// <inheritdoc />
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        await AuditChain.LinkAsync(this, cancellationToken);
        return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ProjectRow>().HasKey(row => row.Name);
        modelBuilder.Entity<DropRow>(drops =>
        {
            drops.HasIndex(row => new { row.Bucket, row.Key, row.ETag }).IsUnique();
            drops.HasIndex(row => new { row.Project, row.RunId });
        });
        modelBuilder.Entity<RunRow>(runs =>
        {
            runs.HasKey(row => row.Number);
            runs.HasIndex(row => row.RunId).IsUnique();
            runs.HasIndex(row => row.Project).IsUnique().HasFilter("NOT \"Ended\"").HasDatabaseName("IX_Runs_OneOpenPerProject");
            runs.HasIndex(row => new { row.Project, row.Number });
            runs.HasIndex(row => new { row.Project, row.Version });
            runs.HasIndex(row => new { row.State, row.Number });
        });
        modelBuilder.Entity<JobRow>(jobs =>
        {
            jobs.HasKey(row => row.JobId);
            jobs.HasIndex(row => row.ClosedAt);
        });
        modelBuilder.Entity<DatasetRow>().HasKey(row => new { row.Project, row.DatasetId });
        modelBuilder.Entity<AdapterVersionRow>(versions =>
        {
            versions.HasKey(row => new { row.Project, row.Version });
            versions.HasIndex(row => row.Project).HasFilter("\"RetirePending\"").HasDatabaseName("IX_Versions_RetirePending");
        });
        modelBuilder.Entity<AliasRow>().HasKey(row => new { row.Project, row.Name });
        modelBuilder.Entity<VersionTagRow>().HasKey(row => new { row.Project, row.Version, row.Key });
        modelBuilder.Entity<WebhookRow>().HasKey(row => row.Name);
        modelBuilder.Entity<AuditRow>(audit =>
        {
            audit.HasIndex(row => row.RunId);
            audit.HasIndex(row => row.Sequence).IsUnique();
            audit.HasIndex(row => new { row.Project, row.Id });
        });
        modelBuilder.Entity<OutboxRow>(outbox =>
        {
            outbox.Property(row => row.Id).ValueGeneratedNever();
            outbox.HasIndex(row => new { row.SentAt, row.Id });
        });
        modelBuilder.Entity<InboxRow>().HasKey(row => row.MessageId);
    }

    // SQLite has no type for times; a number can be ordered and compared.
    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), number => DateTimeOffset.FromUnixTimeMilliseconds(number));
}
