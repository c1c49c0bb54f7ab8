using System.Globalization;
using LoraMesh.Hosting;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Http;
using LoraMesh.Inference;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace LoraMesh.Benchmarks.Serving;

/// <summary>The inference service as it is, over a folder, until it is killed.</summary>
internal static class ServingContender
{
    /// <summary>Bytes of adapters that it holds: a quarter of the thousand, so that others must come and go.</summary>
    internal const long AdapterMemory = 256L << 20;

    internal static async Task RunAsync(string folder, string port, string threads, string precision)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.AddLoraMeshHosting(bus => bus.AddInferenceConsumers());
        builder.Configuration.AddInMemoryCollection(
        [
            new("Storage:Folder", Path.Combine(folder, "store")),
            new("Storage:CacheFolder", Path.Combine(folder, "cache")),
            new("Inference:Model", ServedStore.ModelName),
            new("Inference:Threads", threads),
            new("Inference:Precision", precision),
            new("Inference:AdapterMemoryBytes", AdapterMemory.ToString(CultureInfo.InvariantCulture)),
        ]);
        builder.AddInference();
        var app = builder.Build();
        app.UseLoraMeshErrors();
        app.UseLoraMeshAccess();
        app.MapInference();
        await app.RunAsync();
    }
}
