using LoraMesh.Hosting;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Health;
using LoraMesh.Hosting.Http;
using LoraMesh.Hosting.Telemetry;

namespace LoraMesh.DatasetPrep;

/// <summary>Dataset-prep as a process of its own.</summary>
public sealed class Program
{
    /// <summary>Runs until it is told to stop.</summary>
    /// <returns>0.</returns>
    public static async Task<int> Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddLoraMeshHosting(DatasetPrepService.AddDatasetPrepConsumers);
        builder.AddDatasetPrep();
        await using var app = builder.Build();
        app.UseLoraMeshErrors();
        app.UseLoraMeshAccess();
        app.MapLoraMeshHealth();
        app.MapLoraMeshMetrics();
        await app.RunAsync();
        return 0;
    }
}
