using LoraMesh.Hosting;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Health;
using LoraMesh.Hosting.Http;
using LoraMesh.Hosting.Telemetry;
using Microsoft.Extensions.Options;

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

        // Who is told to end lets the answers under way come to theirs; the orchestrator's own patience has to be as long.
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<InferenceOptions>>((host, inference) => host.ShutdownTimeout = inference.Value.RequestTimeout);
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
