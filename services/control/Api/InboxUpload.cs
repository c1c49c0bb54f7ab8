using LoraMesh.Contracts;
using LoraMesh.Control.Intake;
using LoraMesh.Control.Registry;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Storage;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Api;

/// <summary>Takes a file into a project's inbox: streamed, bounded, whole or not at all.</summary>
public sealed class InboxUpload(IBlobStore blobs, Ledger ledger, IntakeSignal intake, AuditTrail audit, IOptions<ControlOptions> options)
{
    /// <summary>Most bytes that are taken.</summary>
    public long Limit => options.Value.MaxFileBytes;

    /// <summary>Stores content under <c>lm-inbox/&lt;project&gt;/&lt;path&gt;</c>.</summary>
    /// <param name="project">The project.</param>
    /// <param name="path">Name of the file, with folders where it has some.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="length">How many there are, where that is known beforehand.</param>
    /// <param name="condition">What must hold of the file that may be there.</param>
    /// <param name="who">Who sends it, for the audit trail.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing is stored then.</param>
    public async Task<UploadResult> StoreAsync(string project, string path, Stream content, long? length, PutCondition condition, string who, CancellationToken cancellationToken)
    {
        var limit = options.Value.MaxFileBytes;
        var key = $"{project}/{path}";
        if (Wrong(project, path, key) is { } wrong)
        {
            return wrong;
        }

        if (length > limit)
        {
            return TooLarge(limit);
        }

        if (await BlockedAsync(key, cancellationToken) is { } blocker)
        {
            return new UploadProblem(StatusCodes.Status409Conflict, $"'{key}' cannot be stored: '{blocker}' is there already, and a name cannot be both a file and a folder. Choose another name.", "key", "key_taken");
        }

        try
        {
            await using var body = new BoundedStream(content, limit);
            return InboxKey.Parse(key).Kind == InboxKind.Settings
                ? await StoreSettingsAsync(project, key, body, condition, who, cancellationToken)
                : await PutAsync(project, key, body, condition, who, cancellationToken);
        }
        catch (BodyTooLargeException)
        {
            return TooLarge(limit);
        }
        catch (BlobConditionException)
        {
            return new UploadProblem(StatusCodes.Status409Conflict, $"'{key}' exists already, and the request says If-None-Match: *. Choose another name, or leave the header out to replace it.", "key", "already_exists");
        }
    }

    private static UploadProblem TooLarge(long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The file is larger than the allowed {limit} bytes (Control:MaxFileBytes). Split it, or raise the limit.", "body", "file_too_large");

    private static UploadProblem? Wrong(string project, string path, string key)
    {
        if (!InboxKey.IsProject(project))
        {
            return Bad($"'{project}' is not a project name. Expected: 1 to 63 of a-z, 0-9 and '-', not beginning with '-'.", "project", "bad_project_name");
        }

        if (BlobKey.Problem(key) is { } problem || path.Contains('\\', StringComparison.Ordinal))
        {
            return Bad($"'{path}' cannot be the name of a file: {BlobKey.Problem(key) ?? "it holds '\\'"}. Expected: names separated by '/'.", "key", "bad_key");
        }

        return InboxKey.Parse(key).Kind == InboxKind.Ignored
            ? Bad($"'{path}' would be ignored, because a name in it begins with '.'. Rename the file.", "key", "ignored_name")
            : null;
    }

    private static UploadProblem Bad(string message, string param, string code) => new(StatusCodes.Status400BadRequest, message, param, code);

    private async Task<string?> BlockedAsync(string key, CancellationToken cancellationToken)
    {
        for (var slash = key.LastIndexOf('/'); slash > 0; slash = key.LastIndexOf('/', slash - 1))
        {
            if (await blobs.StatAsync(Buckets.Inbox, key[..slash], cancellationToken) is { } file)
            {
                return file.Key;
            }
        }

        await foreach (var below in blobs.ListAsync(Buckets.Inbox, key + "/", cancellationToken))
        {
            return below.Key;
        }

        return null;
    }

    private async Task<UploadResult> StoreSettingsAsync(string project, string key, Stream body, PutCondition condition, string who, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        await using var bounded = new BoundedStream(body, ProjectYaml.MaxBytes);
        try
        {
            await bounded.CopyToAsync(text, cancellationToken);
        }
        catch (BodyTooLargeException)
        {
            return new UploadProblem(StatusCodes.Status413PayloadTooLarge, $"{InboxKey.SettingsFile} is larger than the allowed {ProjectYaml.MaxBytes} bytes.", "body", "file_too_large");
        }

        if (ProjectSettings.Parse(key, text.ToArray()).Problems is { } problems)
        {
            return Bad(problems, InboxKey.SettingsFile, "bad_project_yaml");
        }

        text.Position = 0;
        return await PutAsync(project, key, text, condition, who, cancellationToken);
    }

    private async Task<UploadResult> PutAsync(string project, string key, Stream body, PutCondition condition, string who, CancellationToken cancellationToken)
    {
        var stored = await blobs.PutAsync(Buckets.Inbox, key, body, condition, cancellationToken);
        var found = await blobs.StatAsync(Buckets.Inbox, key, cancellationToken);
        var run = found is not null && InboxKey.Parse(key).Kind == InboxKind.Data
            ? await ledger.EnterAsync(project, found, stored.Sha256, cancellationToken)
            : null;
        intake.Poke(project);
        var what = InboxKey.Parse(key).Kind == InboxKind.Settings ? "settings_uploaded" : "data_uploaded";
        await audit.AddAsync(who, what, project, $"{key}, {stored.Bytes} bytes, SHA-256 {stored.Sha256}.", cancellationToken);
        return new UploadResult(new DropReceipt { Bucket = stored.Bucket, Key = key, Etag = found?.ETag ?? "", Bytes = stored.Bytes, Sha256 = stored.Sha256, Run = run }, null);
    }
}
