using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control;
using LoraMesh.Control.Api;
using LoraMesh.Control.Dashboard;
using LoraMesh.Control.Pipeline;
using LoraMesh.Hosting;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Bus;
using LoraMesh.Hosting.Health;
using LoraMesh.Hosting.Http;
using LoraMesh.Hosting.Telemetry;
using LoraMesh.Storage;
using LoraMesh.UnitTests.Control.Outbox;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LoraMesh.UnitTests.Control.Api;

/// <summary>Control as a process has it: Kestrel on a free port, running loops, and workers that answer at once.</summary>
internal sealed class ApiHarness : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;
    private readonly Recorder _recorder;

    private ApiHarness(WebApplication app, string folder, Recorder recorder)
    {
        _recorder = recorder;
        _app = app;
        _folder = folder;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(60) };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public IBlobStore Blobs => _app.Services.GetRequiredService<IBlobStore>();

    public MessageQuarantine Quarantine => _app.Services.GetRequiredService<MessageQuarantine>();

    /// <summary>Every endpoint of the process.</summary>
    public IReadOnlyList<RouteEndpoint> Endpoints => [.. ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];

    public RunConductor Conductor => _app.Services.GetRequiredService<RunConductor>();

    public static async Task<ApiHarness> StartAsync(bool workers = false, IReadOnlyDictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? more = null)
    {
        var folder = Directory.CreateTempSubdirectory("loramesh-api-").FullName;
        var recorder = new Recorder();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddLoraMeshHosting(ControlService.AddControlConsumers, bus => Workers(bus, recorder, workers));
        builder.AddControl();
        builder.Configuration.AddInMemoryCollection(
        [
            new("Storage:Folder", folder),
            new("Control:QuietPeriod", "00:00:00.1"),
            new("Control:MaxFileBytes", "1000"),
        ]);
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        more?.Invoke(builder);
        var app = builder.Build();
        app.UseLoraMeshErrors();
        app.UseLoraMeshAccess();
        app.UseControlLimits();
        app.UseDashboard();
        app.MapLoraMeshHealth();
        app.MapLoraMeshMetrics();
        app.MapControl();
        await app.StartAsync();
        var harness = new ApiHarness(app, folder, recorder);
        using var config = new MemoryStream("{}"u8.ToArray());
        await harness.Blobs.PutAsync(Buckets.Models, "loramesh-tiny/config.json", config);
        return harness;
    }

    public Task<HttpResponseMessage> PutAsync(string path, string text) => Client.PutAsync(path, new StringContent(text, Encoding.UTF8));

    public async Task<DropReceipt> DropAsync(string project, string key, string text)
    {
        using var answer = await PutAsync($"/api/v1/projects/{project}/inbox/{key}", text);
        return await ReadAsync<DropReceipt>(answer, 201);
    }

    public async Task<T> GetAsync<T>(string path)
    {
        using var answer = await Client.GetAsync(path);
        return await ReadAsync<T>(answer, 200);
    }

    public async Task<T> PostAsync<T>(string path, object body, int status = 200)
    {
        using var answer = await Client.PostAsJsonAsync(path, body, ContractsJson.Options);
        return await ReadAsync<T>(answer, status);
    }

    public static async Task<T> ReadAsync<T>(HttpResponseMessage answer, int status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode}: {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        return JsonSerializer.Deserialize<T>(text, ContractsJson.Options)!;
    }

    /// <summary>What the event stream of a run says until the predicate holds, or to its end.</summary>
    public async Task<List<RunView>> FollowAsync(string run, Func<RunView, bool> enough)
    {
        var seen = new List<RunView>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var answer = await Client.GetAsync($"/api/v1/runs/{run}/events", HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(limit.Token));
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                seen.Add(JsonSerializer.Deserialize<RunView>(line[6..], ContractsJson.Options)!);
                if (enough(seen[^1]))
                {
                    break;
                }
            }
        }

        return seen;
    }

    /// <summary>The next message that reached the workers' end.</summary>
    public async Task<object> NextMessageAsync() => (await _recorder.NextAsync()).Message;

    /// <summary>The run that takes the drop, once its first command went out.</summary>
    public async Task<string> RunOfAsync(DropReceipt drop)
    {
        while (true)
        {
            var (message, _) = await _recorder.NextAsync();
            if (message is PrepareDataset command && command.Inputs.Any(input => input.Key == drop.Key))
            {
                var view = await GetAsync<DropView>($"/api/v1/drops?key={drop.Key}&etag={drop.Etag}");
                Assert.Equal((DropView.Taken, command.RunId), (view.State, view.Run));
                return command.RunId;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(); // As a process ends: the bus first, then what its handlers stand on.
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static void Workers(IBusRegistrationConfigurator bus, Recorder recorder, bool wanted)
    {
        bus.AddSingleton(recorder);
        bus.AddConsumer<RecordingConsumer>();
        if (wanted)
        {
            bus.AddConsumer<InstantWorkers>();
        }
    }
}
