using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Threading.Channels;
using LoraMesh.Contracts;
using LoraMesh.Hosting;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Http;
using LoraMesh.Inference;
using LoraMesh.Inference.Adapters;
using LoraMesh.Inference.Engine;
using LoraMesh.Inference.Models;
using LoraMesh.Model;
using LoraMesh.Storage;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LoraMesh.NumericsTests.Inference;

/// <summary>The service over real HTTP on a free port, with a tiny model in a store of its own.</summary>
internal sealed class InferenceHost : IAsyncDisposable
{
    public const string ModelName = "tiny";

    private readonly WebApplication _app;
    private readonly string _folder;
    private readonly Channel<AdapterDeployed> _deployed;
    private readonly Channel<BatchEnded> _ended;

    private InferenceHost(WebApplication app, string folder, Channel<AdapterDeployed> deployed, Channel<BatchEnded> ended)
    {
        _app = app;
        _folder = folder;
        (_deployed, _ended) = (deployed, ended);
        Address = new Uri(app.Urls.First());
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    /// <summary>Every endpoint of the process.</summary>
    public IReadOnlyList<RouteEndpoint> Endpoints => [.. ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];

    public ChannelReader<AdapterDeployed> Deployed => _deployed.Reader;

    /// <summary>The batches that have ended, one after the other.</summary>
    public ChannelReader<BatchEnded> BatchesEnded => _ended.Reader;

    public IBlobStore Store => Service<IBlobStore>();

    public AdapterDirectory Directory => Service<AdapterDirectory>();

    public string ModelFolder => Path.Combine(_folder, "store", Buckets.Models, ModelName);

    /// <summary>Starts it with a tiny model, and loads that.</summary>
    public static async Task<InferenceHost> StartAsync(Action<InferenceOptions>? configure = null, int context = 256, string? template = null, string? adminKey = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var folder = Path.Combine(Path.GetTempPath(), "loramesh-tests", Guid.NewGuid().ToString("N"));
        TinyModel.Write(Path.Combine(folder, "store", Buckets.Models, ModelName), context: context, template: template);
        var (deployed, ended) = (Channel.CreateUnbounded<AdapterDeployed>(), Channel.CreateUnbounded<BatchEnded>());
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([new("Storage:Folder", Path.Combine(folder, "store")), new("Storage:CacheFolder", Path.Combine(folder, "cache"))]);
        builder.AddLoraMeshHosting(
            bus => bus.AddInferenceConsumers(),
            bus => bus.AddHandler<AdapterDeployed>(context => deployed.Writer.WriteAsync(context.Message).AsTask()),
            bus => bus.AddHandler<BatchEnded>(context => ended.Writer.WriteAsync(context.Message).AsTask()));
        if (adminKey is not null)
        {
            builder.Configuration.AddInMemoryCollection([new("Access:Mode", "keys"), new("Access:AdminKey", adminKey)]);
        }

        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.AddInference();
        builder.Services.Configure<InferenceOptions>(options =>
        {
            options.Model = ModelName;
            options.Threads = 1;
            // Tests say themselves when the store is looked at.
            options.PollInterval = TimeSpan.FromHours(1);
            configure?.Invoke(options);
        });
        var app = builder.Build();
        app.UseLoraMeshErrors();
        app.UseLoraMeshAccess();
        app.MapInference();
        await app.StartAsync();
        var host = new InferenceHost(app, folder, deployed, ended);
        await host.LoadAsync();
        return host;
    }

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task<BaseModel> LoadAsync()
    {
        using var model = await Directory.ResolveAsync(ModelName, Caller.Anyone, default) is { } served ? new Held(served) : throw new InvalidOperationException();
        return model.Model.Base;
    }

    /// <summary>Writes a random adapter as the trainer does, and names it.</summary>
    public async Task<AdapterAlias> WriteAdapterAsync(string project, int version, int seed, Func<AdapterManifest, AdapterManifest>? change = null, float size = 0.3f, Action<string>? damage = null)
    {
        var model = await LoadAsync();
        var adapterId = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes((version * 1000) + seed)));
        var scratch = Path.Combine(_folder, "scratch", adapterId);
        TinyAdapter.Write(scratch, model.Engine.Config, seed, size);
        damage?.Invoke(scratch);
        var files = new List<BlobRef>();
        foreach (var file in System.IO.Directory.GetFiles(scratch).Order(StringComparer.Ordinal))
        {
            await using var content = File.OpenRead(file);
            files.Add(await Store.PutAsync(Buckets.Adapters, $"{project}/{adapterId}/{Path.GetFileName(file)}", content));
        }

        var manifest = new AdapterManifest
        {
            AdapterId = adapterId,
            Project = project,
            DatasetId = new string('d', 64),
            Model = model.Reference,
            ChatTemplateSha256 = ChatTemplateDigest.OfFolder(ModelFolder),
            Files = files,
        };
        var reference = await Store.PutJsonAsync(Buckets.Adapters, $"{project}/{adapterId}/manifest.json", change?.Invoke(manifest) ?? manifest);
        return new AdapterAlias { Project = project, Version = version, AdapterId = adapterId, Adapter = reference };
    }

    public string AdapterFolder(AdapterAlias alias) => Path.Combine(_folder, "scratch", alias.AdapterId);

    public Task WriteAliasAsync(AdapterAlias alias, string name = "champion") =>
        Store.PutJsonAsync(Buckets.Adapters, $"{alias.Project}/aliases/{name}.json", alias);

    /// <summary>Does what control does on a promotion.</summary>
    public async Task PromoteAsync(AdapterAlias alias)
    {
        await WriteAliasAsync(alias);
        await Service<IBus>().Publish(new AdapterPromoted { Project = alias.Project, Version = alias.Version, AdapterId = alias.AdapterId, Adapter = alias.Adapter });
    }

    /// <summary>Promotes and waits until the replica says that it answers with it.</summary>
    public async Task DeployAsync(AdapterAlias alias)
    {
        await PromoteAsync(alias);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await Deployed.ReadAsync(patience.Token) is var deployed && (deployed.Project, deployed.Version) != (alias.Project, alias.Version))
        {
        }
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, object body)
    {
        using var response = await Client.PostAsJsonAsync(path, body);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>The data of every event of a streamed answer, in order.</summary>
    public async Task<IReadOnlyList<string>> StreamAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync();
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        return [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(part => part.StartsWith("data: ", StringComparison.Ordinal) ? part["data: ".Length..] : throw new InvalidDataException($"Not an event: {part}"))];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    private sealed record Held(ServedModel Model) : IDisposable
    {
        public void Dispose() => Model.Adapter?.Dispose();
    }
}
