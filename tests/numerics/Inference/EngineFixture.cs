using LoraMesh.Inference;
using LoraMesh.Inference.Adapters;
using LoraMesh.Inference.Engine;
using LoraMesh.Model;
using LoraMesh.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace LoraMesh.NumericsTests.Inference;

/// <summary>An engine over a tiny model, without service and HTTP.</summary>
internal sealed class EngineFixture : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private EngineFixture(string folder, ServiceProvider services, InferenceEngine engine)
    {
        Folder = folder;
        _services = services;
        Engine = engine;
    }

    public string Folder { get; }

    public InferenceEngine Engine { get; }

    public static async Task<EngineFixture> StartAsync(Action<InferenceOptions>? configure = null, int context = 256)
    {
        var folder = Path.Combine(Path.GetTempPath(), "loramesh-tests", Guid.NewGuid().ToString("N"));
        TinyModel.Write(folder, context: context);
        var options = new InferenceOptions { Threads = 1 };
        configure?.Invoke(options);
        var services = new ServiceCollection().AddMetrics().AddOptions().AddSingleton(TimeProvider.System).AddSingleton<InferenceMetrics>().BuildServiceProvider();
        var engine = await InferenceEngine.StartAsync(folder, Tokenizer.Load(folder), options, services.GetRequiredService<InferenceMetrics>(), TimeProvider.System, NullLogger.Instance);
        return new EngineFixture(folder, services, engine);
    }

    public string AdapterFolder(int seed) => Path.Combine(Folder, $"adapter-{seed}");

    public ServedAdapter LoadAdapter(int seed, float size = 0.3f)
    {
        TinyAdapter.Write(AdapterFolder(seed), Engine.Config, seed, size);
        return new ServedAdapter($"adapter-{seed}", Engine, LoraAdapter.Load(AdapterFolder(seed), Engine.Config));
    }

    public static GenerationRequest Request(string prompt, int maxTokens, AdapterLease? adapter = null, SamplingOptions? sampling = null, ulong seed = 1, CancellationToken abandoned = default) => new()
    {
        Model = "test",
        Prompts = [[.. prompt.Select(letter => (int)letter)]],
        Adapter = adapter,
        Sampling = sampling ?? new SamplingOptions { Temperature = 0 },
        Seed = seed,
        MaxTokens = maxTokens,
        Abandoned = abandoned,
    };

    public GenerationRequest Submit(GenerationRequest request)
    {
        Engine.Submit(request);
        return request;
    }

    public static async Task<string> TextAsync(GenerationRequest request)
    {
        var text = "";
        await foreach (var piece in request.Events.ReadAllAsync())
        {
            text += piece.Text;
        }

        return text;
    }

    public string Expected(string prompt, int count, int? adapterSeed = null) =>
        GreedyReference.Text(Folder, adapterSeed is { } seed ? AdapterFolder(seed) : null, prompt, count);

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await _services.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
