using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Backup;

/// <summary>Every table of the registry as JSON rows, the same whatever database they lie in.</summary>
public static class RegistryTables
{
    /// <summary>All of them. Aliases come before the versions that they point to.</summary>
    public static IReadOnlyList<RegistryTable> All { get; } =
    [
        Of("projects", context => context.Projects.OrderBy(row => row.Name)),
        Of("drops", context => context.Drops.OrderBy(row => row.Id)),
        Of("runs", context => context.Runs.OrderBy(row => row.Number)),
        Of("jobs", context => context.Jobs.OrderBy(row => row.JobId)),
        Of("datasets", context => context.Datasets.OrderBy(row => row.Project).ThenBy(row => row.DatasetId)),
        Of("aliases", context => context.Aliases.OrderBy(row => row.Project).ThenBy(row => row.Name)),
        Of("versions", context => context.Versions.OrderBy(row => row.Project).ThenBy(row => row.Version)),
        Of("tags", context => context.Tags.OrderBy(row => row.Project).ThenBy(row => row.Version).ThenBy(row => row.Key)),
        Of("webhooks", context => context.Webhooks.OrderBy(row => row.Name)),
        Of("audit", context => context.Audit.OrderBy(row => row.Id)),
        Of("outbox", context => context.Outbox.OrderBy(row => row.Id)),
        Of("inbox", context => context.Inbox.OrderBy(row => row.MessageId)),
    ];

    private static RegistryTable Of<T>(string name, Func<RegistryContext, IQueryable<T>> rows)
        where T : class => new(name, typeof(T), rows);
}

/// <summary>One table.</summary>
/// <param name="Name">Its name in a backup.</param>
/// <param name="RowType">Type of its rows.</param>
/// <param name="Rows">Its rows, in an order that does not change.</param>
public sealed record RegistryTable(string Name, Type RowType, Func<RegistryContext, IQueryable<object>> Rows)
{
    /// <summary>One row as a line.</summary>
    public string Write(object row) => JsonSerializer.Serialize(new { table = Name, row = JsonSerializer.SerializeToElement(row, RowType, ContractsJson.Options) }, ContractsJson.Options);

    /// <summary>One row from a line's <c>row</c>. What a column of a newer program would hold is left empty.</summary>
    public object Read(JsonElement row) => row.Deserialize(RowType, ContractsJson.Options) ?? throw new JsonException($"A row of {Name} is null.");
}
