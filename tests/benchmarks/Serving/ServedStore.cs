using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LoraMesh.AllInOne.Commands;
using LoraMesh.Contracts;
using LoraMesh.Model;
using LoraMesh.Model.Gguf;
using LoraMesh.Storage;
using LoraMesh.Text.Gguf;

namespace LoraMesh.Benchmarks.Serving;

/// <summary>A store with a random Llama and adapters over it, and the same as GGUF files.</summary>
internal sealed class ServedStore : IDisposable
{
    internal const string ModelName = "llama";
    internal const int Rank = 16;

    /// <summary>110 million weights, of which a token is multiplied with 93.</summary>
    internal static readonly RandomLlama Shape = new(Hidden: 768, Inner: 2048, Layers: 12, Heads: 12, KeyHeads: 4, Vocabulary: 22_528);

    private readonly IBlobStore _blobs;
    private readonly CausalLm _model;
    private readonly ModelRef _reference;

    private ServedStore(string folder, IBlobStore blobs, CausalLm model, ModelRef reference) =>
        (Folder, _blobs, _model, _reference) = (folder, blobs, model, reference);

    internal string Folder { get; }

    private string ModelFolder => Path.Combine(Folder, "store", Buckets.Models, ModelName);

    internal static async Task<ServedStore> CreateAsync()
    {
        var folder = Directory.CreateTempSubdirectory("loramesh-serve-").FullName;
        var target = Directory.CreateDirectory(Path.Combine(folder, "store", Buckets.Models, ModelName)).FullName;
        Shape.Write(target);
        WriteTokenizer(target, Shape.Vocabulary);
        var blobs = new FolderBlobStore(Path.Combine(folder, "store"));
        foreach (var bucket in Buckets.All)
        {
            await blobs.EnsureBucketAsync(bucket);
        }

        var reference = await new ModelCatalog(blobs).FindAsync(ModelName) ?? throw new InvalidOperationException("The model is not in its store.");
        return new ServedStore(folder, blobs, CausalLm.Load(target), reference);
    }

    /// <summary>Writes a random adapter, and an alias that makes it the champion of a project; the project's name is the model's for clients.</summary>
    internal async Task<string> AddAdapterAsync(string project, int seed, int rank, IReadOnlyList<string> modules)
    {
        var scratch = Path.Combine(Folder, "adapters", project);
        using (var adapter = LoraAdapter.Create(new LoraConfig { R = rank, LoraAlpha = 2 * rank, TargetModules = modules, InitLoraWeights = "false" }, _model, seed))
        {
            Directory.CreateDirectory(scratch);
            adapter.Save(scratch);
        }

        var id = Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(seed)));
        var files = new List<BlobRef>();
        foreach (var file in Directory.GetFiles(scratch).Order(StringComparer.Ordinal))
        {
            await using var content = File.OpenRead(file);
            files.Add(await _blobs.PutAsync(Buckets.Adapters, $"{project}/{id}/{Path.GetFileName(file)}", content));
        }

        var manifest = new AdapterManifest
        {
            AdapterId = id,
            Project = project,
            DatasetId = new string('0', 64),
            Model = _reference,
            ChatTemplateSha256 = ChatTemplateDigest.OfFolder(ModelFolder),
            Files = files,
        };
        var written = await _blobs.PutJsonAsync(Buckets.Adapters, $"{project}/{id}/manifest.json", manifest);
        await _blobs.PutJsonAsync(Buckets.Adapters, $"{project}/aliases/champion.json", new AdapterAlias { Project = project, Version = 1, AdapterId = id, Adapter = written });
        return scratch;
    }

    /// <summary>Writes the base model as a GGUF file.</summary>
    internal string ExportBase(string type)
    {
        var output = Path.Combine(Folder, $"base-{type}.gguf");
        var vocabulary = GgufVocabulary.Read(ModelFolder, Shape.Vocabulary, []);
        BaseExport.Write(ModelFolder, adapter: null, ModelName, output, type, VocabularyKeys.Of(vocabulary));
        return output;
    }

    /// <summary>Writes an adapter as a GGUF file.</summary>
    internal string ExportAdapter(string adapter)
    {
        var output = adapter + ".gguf";
        AdapterExport.Write(ModelFolder, adapter, output);
        return output;
    }

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    // Every byte is a token; the others are pairs of those.
    private static void WriteTokenizer(string folder, int size)
    {
        var bytes = new List<string>();
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            var visible = value is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);
            bytes.Add(((char)(visible ? value : next++)).ToString());
        }

        var vocabulary = new JsonObject();
        bytes.ForEach(token => vocabulary[token] = vocabulary.Count);
        var merges = new JsonArray();
        foreach (var (first, second) in bytes.SelectMany(first => bytes.Select(second => (first, second))).Take(size - bytes.Count))
        {
            vocabulary[first + second] = vocabulary.Count;
            merges.Add($"{first} {second}");
        }

        var tokenizer = new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true },
            ["post_processor"] = null,
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["trim_offsets"] = true, ["use_regex"] = true },
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = merges },
        };
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), tokenizer.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), "{}");
    }
}
