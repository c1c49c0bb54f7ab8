using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Api.OpenApi;
using LoraMesh.Control.Registry;
using LoraMesh.Hosting.Access;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Api;

/// <summary>The whole registry as JSON Lines, one row a line with the name of its table, for backups and other programs.</summary>
public static class ExportEndpoint
{
    private const int Page = 1000;

    /// <summary>Adds <c>GET /registry/export</c>.</summary>
    public static void MapExport(this IEndpointRouteBuilder api) => api.MapGet("/registry/export", async (HttpContext http, RegistryStore registry) =>
    {
        http.Response.ContentType = "application/jsonl";
        await WriteAsync(http, registry, "projects", context => context.Projects.OrderBy(row => row.Name));
        await WriteAsync(http, registry, "drops", context => context.Drops.OrderBy(row => row.Id));
        await WriteAsync(http, registry, "runs", context => context.Runs.OrderBy(row => row.Number));
        await WriteAsync(http, registry, "datasets", context => context.Datasets.OrderBy(row => row.Project).ThenBy(row => row.DatasetId));
        await WriteAsync(http, registry, "versions", context => context.Versions.OrderBy(row => row.Project).ThenBy(row => row.Version));
        await WriteAsync(http, registry, "tags", context => context.Tags.OrderBy(row => row.Project).ThenBy(row => row.Version).ThenBy(row => row.Key));
        await WriteAsync(http, registry, "aliases", context => context.Aliases.OrderBy(row => row.Project).ThenBy(row => row.Name));
        await WriteAsync(http, registry, "audit", context => context.Audit.OrderBy(row => row.Id));
    }).Needs(AccessRoles.Admin, everyProject: true)
        .Describe<string>("exportRegistry", "Gives the whole registry as JSON Lines, one row a line with the name of its table.", contentType: "application/jsonl");

    private static async Task WriteAsync<T>(HttpContext http, RegistryStore registry, string table, Func<RegistryContext, IQueryable<T>> rows)
        where T : class
    {
        for (var skipped = 0; ; skipped += Page)
        {
            var from = skipped;
            var page = await registry.ReadAsync(context => rows(context).Skip(from).Take(Page).ToListAsync(http.RequestAborted), http.RequestAborted);
            foreach (var row in page)
            {
                await http.Response.WriteAsync(JsonSerializer.Serialize(new { table, row }, ContractsJson.Options) + "\n", http.RequestAborted);
            }

            if (page.Count < Page)
            {
                return;
            }
        }
    }
}
