using LoraMesh.Hosting;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Health;
using LoraMesh.Hosting.Http;
using LoraMesh.Hosting.Telemetry;

namespace LoraMesh.Inference;

/// <summary>The service on its own.</summary>
public sealed class Program
{
    /// <summary>Runs until it is told to stop.</summary>
    public static async Task<int> Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddLoraMeshHosting(bus => bus.AddInferenceConsumers());
        builder.AddInference();
        var app = builder.Build();
        app.UseLoraMeshErrors();
        app.UseLoraMeshAccess();
        app.MapLoraMeshHealth();
        app.MapLoraMeshMetrics();
        app.MapInference();
        await app.RunAsync();
        return 0;
    }
}
