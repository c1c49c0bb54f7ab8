using System.Text;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Storage;

namespace LoraMesh.Control.Intake;

/// <summary>Reads a project's <c>project.yaml</c>, fills in defaults, and checks that its base model is there.</summary>
public sealed class ProjectSettings(IBlobStore blobs, ModelCatalog models)
{
    /// <summary>A base model is there once it has this file.</summary>
    public const string ModelFile = "config.json";

    private const int MaxProblemsShown = 10;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The configuration of the next run, or what is wrong with it.</summary>
    public async Task<ResolvedSettings> ResolveAsync(string project, CancellationToken cancellationToken)
    {
        var key = $"{project}/{InboxKey.SettingsFile}";
        var found = await blobs.StatAsync(Buckets.Inbox, key, cancellationToken);
        var etag = found?.ETag ?? "";
        var (config, problems) = Parse(key, await ReadAsync(found, cancellationToken));
        if (config is null)
        {
            return ResolvedSettings.RefuseSettings("bad_project_yaml", problems!, etag);
        }

        return await blobs.StatAsync(Buckets.Models, $"{config.Model}/{ModelFile}", cancellationToken) is not null
            ? ResolvedSettings.Accept(config)
            : ResolvedSettings.RefuseSettings("base_model_missing", await MissingAsync(key, found is not null, config.Model, cancellationToken), etag, config.Model);
    }

    /// <summary>Reads a settings file: its configuration, or its problems, each with file, line and key.</summary>
    public static (ProjectConfig? Config, string? Problems) Parse(string key, byte[] text)
    {
        try
        {
            return (ProjectYaml.Parse(Utf8.GetString(text)), null);
        }
        catch (ProjectConfigException refused)
        {
            var shown = refused.Problems.Take(MaxProblemsShown).Select(problem => $"{key}, {problem}.");
            var more = refused.Problems.Count - MaxProblemsShown;
            return (null, string.Join(" ", shown) + (more > 0 ? $" And {more} more." : ""));
        }
        catch (DecoderFallbackException broken)
        {
            return (null, $"{key}, byte {broken.Index}: this is not UTF-8. Save the file as UTF-8.");
        }
    }

    // One byte more than allowed is enough for the parser to refuse it.
    private async Task<byte[]> ReadAsync(BlobInfo? found, CancellationToken cancellationToken)
    {
        await using var content = found is null ? null : await blobs.OpenReadAsync(found.Bucket, found.Key, cancellationToken);
        if (content is null)
        {
            return [];
        }

        var buffer = new byte[Math.Min(found!.Bytes, ProjectYaml.MaxBytes + 1)];
        var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer[..read];
    }

    private async Task<string> MissingAsync(string key, bool hasSettings, string model, CancellationToken cancellationToken)
    {
        var known = await models.ListAsync(cancellationToken);
        var named = hasSettings ? $"{key}, key 'model': the" : "The default";
        var there = known.Count == 0 ? "that bucket holds no model" : $"it holds {string.Join(", ", known)}";
        return $"{named} base model '{model}' is not in {Buckets.Models} (expected {model}/{ModelFile}); {there}. Put the model's folder there, or name another one; the drops are then tried again.";
    }
}
