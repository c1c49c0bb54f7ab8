using LoraMesh.Control.Api;
using LoraMesh.Control.Dashboard;
using LoraMesh.Hosting;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Health;
using LoraMesh.Hosting.Http;
using LoraMesh.Hosting.Telemetry;

namespace LoraMesh.Control;

/// <summary>Control as a process of its own.</summary>
public sealed class Program
{
    /// <summary>Runs until it is told to stop.</summary>
    public static async Task<int> Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddLoraMeshHosting(ControlService.AddControlConsumers);
        builder.AddControl();
        await using var app = builder.Build();
        app.UseLoraMeshErrors();
        app.UseLoraMeshAccess();
        app.UseControlLimits();
        app.UseDashboard();
        app.MapLoraMeshHealth();
        app.MapLoraMeshMetrics();
        app.MapControl();
        await app.RunAsync();
        return 0;
    }
}
