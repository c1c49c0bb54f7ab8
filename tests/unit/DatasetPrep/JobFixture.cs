using System.Text;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LoraMesh.UnitTests.DatasetPrep;

/// <summary>The job over a folder store with the tiny model in it.</summary>
internal sealed class JobFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ModelCatalog _models;
    private readonly LocalBlobCache _cache;

    public JobFixture()
    {
        Store = new FolderBlobStore(_folder.File("data"));
        _models = new ModelCatalog(Store);
        _cache = new LocalBlobCache(Store, _folder.File("cache"), 1 << 30, TimeProvider.System);
    }

    public FolderBlobStore Store { get; }

    public string Scratch => _folder.File("scratch");

    public ProjectConfig Config { get; set; } = new() { Model = "tiny", Prep = new PrepConfig { MinRows = 10, TestShare = 0.5 } };

    public async Task<JobFixture> WithModelAsync()
    {
        foreach (var (name, content) in TinyModel.Files())
        {
            await PutAsync(Buckets.Models, "tiny/" + name, content);
        }

        await PutAsync(Buckets.Models, "tiny/model.safetensors", "weights that nobody here needs");
        return this;
    }

    public Task<BlobRef> DropAsync(string name, string content) => PutAsync(Buckets.Inbox, "faq/" + name, content);

    public async Task<object> RunAsync(string runId, params BlobRef[] inputs)
    {
        var command = new PrepareDataset
        {
            JobId = runId + "-prepare",
            RunId = runId,
            Project = "faq",
            Attempt = 1,
            Inputs = inputs,
            Config = await Store.PutJsonAsync(Buckets.Runs, runId + "/project.json", Config),
        };
        var job = new PrepareDatasetJob(
            Store, _models, _cache, Options.Create(new DatasetPrepOptions { ScratchFolder = Scratch }), TimeProvider.System, NullLogger<PrepareDatasetJob>.Instance);
        var identity = job.Identify(command);
        Assert.Equal(new JobIdentity(runId, runId + "-prepare", 1), identity);

        // Dataset-prep publishes no progress.
        return await job.RunAsync(command, new JobContext(identity, 1, null!), CancellationToken.None);
    }

    public async Task<string?> ReadAsync(string bucket, string key)
    {
        await using var content = await Store.OpenReadAsync(bucket, key);
        return content is null ? null : await new StreamReader(content).ReadToEndAsync();
    }

    public async Task<List<string>> KeysAsync(string bucket, string prefix)
    {
        var keys = new List<string>();
        await foreach (var blob in Store.ListAsync(bucket, prefix))
        {
            keys.Add(blob.Key[prefix.Length..]);
        }

        return keys;
    }

    /// <summary>Names of the model files that were copied to this machine.</summary>
    public bool HasFetched(string content) =>
        Directory.EnumerateFiles(_folder.File("cache"), "*", SearchOption.AllDirectories).Any(path => File.ReadAllText(path) == content);

    public void Dispose() => _folder.Dispose();

    public async Task<BlobRef> PutAsync(string bucket, string key, string content)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        return await Store.PutAsync(bucket, key, stream);
    }
}
