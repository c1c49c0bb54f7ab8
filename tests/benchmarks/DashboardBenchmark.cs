using System.Diagnostics;
using System.Globalization;
using LoraMesh.BrowserTests;
using LoraMesh.Contracts;
using LoraMesh.Control;
using LoraMesh.Control.Dashboard;
using LoraMesh.Control.Registry;
using LoraMesh.Hosting;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LoraMesh.Benchmarks;

/// <summary>How long control takes to answer with pages and by its API, over HTTP on this machine, with 10,000 past runs and 100,000 entries of the audit trail in SQLite.</summary>
internal static class DashboardBenchmark
{
    private const int Projects = 200;
    private const int Runs = 10_000;
    private const int Entries = 100_000;
    private const int WarmUp = 20;
    private const int Requests = 200;

    private static readonly string[] Paths =
    [
        "/", "/?after=project-150", "/runs", "/runs?before=5000", "/runs?state=failed", "/runs?state=held", "/runs?project=project-007", "/runs/run-000000001000", "/projects/project-004",
        "/projects/project-004/versions/50", "/workers", "/audit", "/audit?project=project-007", "/quarantine", "/drop",
        "/api/v1/runs", "/api/v1/runs?project=project-007", "/api/v1/runs/run-000000001000", "/api/v1/projects/project-004/adapters", "/api/v1/projects/project-004/adapters/50/lineage", "/api/v1/audit", "/api/v1/quarantine",
    ];

    /// <summary>Prints a line for each address: median and 95th percentile in milliseconds.</summary>
    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("loramesh-dashboard-");
        try
        {
            await using var app = Compose(folder.FullName);
            await app.StartAsync();
            var start = Stopwatch.GetTimestamp();
            await ManyRuns.AddAsync(app.Services.GetRequiredService<RegistryStore>(), Projects, Runs, Entries);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Runs} runs and {Entries} entries added in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s"));
            await MeasureAsync(app.Urls.First());
            await app.StopAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static WebApplication Compose(string folder)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddLoraMeshHosting(ControlService.AddControlConsumers);
        builder.Configuration.AddInMemoryCollection([new("Storage:Folder", folder)]);
        builder.AddControl();
        var app = builder.Build();
        app.UseLoraMeshErrors();
        app.UseLoraMeshAccess();
        app.UseDashboard();
        app.MapControl();
        return app;
    }

    private static async Task MeasureAsync(string address)
    {
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        Console.WriteLine("address                                                median     p95   bytes");
        var slowest = 0.0;
        foreach (var path in Paths)
        {
            var times = new List<double>();
            var bytes = 0;
            for (var request = -WarmUp; request < Requests; request++)
            {
                var start = Stopwatch.GetTimestamp();
                bytes = (await http.GetByteArrayAsync(new Uri(path, UriKind.Relative))).Length;
                if (request >= 0)
                {
                    times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }

            times.Sort();
            var p95 = times[(int)(0.95 * times.Count)];
            slowest = Math.Max(slowest, p95);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path,-52} {times[times.Count / 2],8:0.0} {p95,7:0.0} {bytes,7}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"slowest p95: {slowest:0.0} ms"));
    }
}
