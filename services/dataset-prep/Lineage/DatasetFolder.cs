using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Cleaning.Toxicity;
using LoraMesh.DatasetPrep.Reading;
using LoraMesh.DatasetPrep.Storing;

namespace LoraMesh.DatasetPrep.Lineage;

/// <summary>A dataset in a folder of this machine: written by hand, or copied out of the store.</summary>
public static class DatasetFolder
{
    /// <summary>What a manifest written by hand gives as its project.</summary>
    public const string Project = "local";

    // What preparing reads of a base model.
    private static readonly string[] ModelFiles =
        ["chat_template.jinja", "config.json", "generation_config.json", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json"];

    /// <summary>Writes <c>manifest.json</c> beside the files of an accepted outcome. The inputs and the model's text files are read once to hash them.</summary>
    /// <returns>The manifest.</returns>
    /// <exception cref="ArgumentException">The outcome is a rejection.</exception>
    public static DatasetManifest WriteManifest(string folder, string modelFolder, IReadOnlyList<PrepInput> inputs, ProjectConfig config, BuildOutcome outcome, ToxicitySettings? toxicity = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var model = Model(modelFolder);
        List<BlobRef> hashed = [.. inputs.Where(input => input.LinkTarget is null).Select(input => Reference(Buckets.Inbox, $"{Project}/{input.Name}", input.Path))];
        var id = DatasetIdentity.Of(hashed.Select(input => new HashedName(InputNames.Relative(Project, input.Key), input.Sha256)), config, model, toxicity);
        var manifest = DatasetManifests.Describe(Project, id, model, hashed, config, outcome);
        File.WriteAllBytes(Path.Combine(folder, DatasetFileNames.Manifest), JsonSerializer.SerializeToUtf8Bytes(manifest, ContractsJson.Indented));
        return manifest;
    }

    /// <summary>Reads the manifest of a folder.</summary>
    /// <exception cref="InvalidDataException">There is none, or it cannot be read; the message says which.</exception>
    public static DatasetManifest ReadManifest(string folder)
    {
        var path = Path.Combine(folder, DatasetFileNames.Manifest);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{folder} has no {DatasetFileNames.Manifest}: it is no dataset folder, or its data were refused. Make one with 'loramesh prep'.");
        }

        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<DatasetManifest>(file, ContractsJson.Options) ?? throw new JsonException("null");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is no manifest (line {(error.LineNumber ?? 0) + 1}): {error.Message}", error);
        }
    }

    private static ModelRef Model(string folder)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        List<BlobRef> files = [.. ModelFiles.Where(file => File.Exists(Path.Combine(folder, file))).Select(file => Reference(Buckets.Models, $"{name}/{file}", Path.Combine(folder, file)))];
        return new ModelRef { Name = name, Digest = HashedName.DigestOf(files.Select(file => new HashedName(file.Key, file.Sha256))), Files = files };
    }

    private static BlobRef Reference(string bucket, string key, string path)
    {
        var file = BuiltFile.Describe(path);
        return new BlobRef { Bucket = bucket, Key = key, Sha256 = file.Sha256, Bytes = file.Bytes };
    }
}
