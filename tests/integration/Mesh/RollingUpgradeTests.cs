using System.Net.Http.Json;
using LoraMesh.Containers;
using LoraMesh.Contracts;

namespace LoraMesh.IntegrationTests.Mesh;

/// <summary>
/// A suite of an earlier version becomes one of this, process by process, and works at every step: new control with old workers,
/// then one new worker after the other. <c>LORAMESH_EARLIER_SERVICES</c> names the earlier version's services, published one a folder
/// (docs/operations.md says how).
/// </summary>
public sealed class RollingUpgradeTests
{
    private static readonly string[] Order = ["control", "dataset-prep", "trainer", "evaluator", "inference"];

    [EarlierVersionFact]
    public async Task Suite_UpgradedProcessByProcess_WorksAtEveryStepAndKeepsItsHistory()
    {
        await using var mesh = await RunningMesh.StartAsync(new MeshOptions { Programs = EarlierVersionFactAttribute.Services });
        var promoted = new List<string> { await RunAsync(mesh, "all-earlier") };
        var before = await mesh.AskAsync("all-earlier", Samples.Question);

        foreach (var service in Order)
        {
            var process = mesh.Service(service);
            Assert.Equal(0, await process.StopAsync());
            process.Programs = null;
            await process.StartAsync();
            promoted.Add(await RunAsync(mesh, $"newer-{service}"));
        }

        Assert.Equal(promoted.Order(StringComparer.Ordinal), (await mesh.Client.FindRunsAsync())!.Select(run => run.Run).Order(StringComparer.Ordinal));
        Assert.Equal(before, await mesh.AskAsync("all-earlier", Samples.Question));
        using var http = new HttpClient();
        Assert.True((await http.GetFromJsonAsync<AuditVerdict>(new Uri(mesh.Service("control").Address, "api/v1/audit/verify"), ContractsJson.Options))!.Intact);
    }

    private static async Task<string> RunAsync(RunningMesh mesh, string project)
    {
        await mesh.Client.DropTextAsync(project, "project.yaml", Samples.Lasting);
        await mesh.Client.DropTextAsync(project, "tickets.jsonl", Samples.Tickets(200));
        return (await mesh.WaitForPromotionAsync(project)).Run;
    }
}

/// <summary>A test that needs the services of an earlier version; skipped, with the reason, where they are not named.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EarlierVersionFactAttribute : FactAttribute
{
    public EarlierVersionFactAttribute() => Skip = DockerEngine.Absence ?? (Services is null ? "LORAMESH_EARLIER_SERVICES names no published services of an earlier version" : null);

    /// <summary>Folder of their programs; null where there are none.</summary>
    public static string? Services { get; } = Environment.GetEnvironmentVariable("LORAMESH_EARLIER_SERVICES") is { Length: > 0 } folder ? folder : null;
}
