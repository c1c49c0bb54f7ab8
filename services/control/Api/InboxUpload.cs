using LoraMesh.Contracts;
using LoraMesh.Control.Intake;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Http;
using LoraMesh.Storage;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Api;

/// <summary>Takes a file into a project's inbox: streamed, bounded, whole or not at all.</summary>
public sealed class InboxUpload(IBlobStore blobs, Ledger ledger, IntakeSignal intake, IOptions<ControlOptions> options)
{
    /// <summary>Stores the body under <c>lm-inbox/&lt;project&gt;/&lt;path&gt;</c>.</summary>
    public async Task<IResult> StoreAsync(string project, string path, HttpRequest request, CancellationToken cancellationToken)
    {
        var limit = options.Value.MaxFileBytes;
        var key = $"{project}/{path}";
        if (Wrong(project, path, key) is { } wrong)
        {
            return wrong;
        }

        if (request.ContentLength > limit)
        {
            return TooLarge(limit);
        }

        if (await BlockedAsync(key, cancellationToken) is { } blocker)
        {
            return ApiError.Conflict($"'{key}' cannot be stored: '{blocker}' is there already, and a name cannot be both a file and a folder. Choose another name.", "key", "key_taken");
        }

        try
        {
            await using var body = new BoundedStream(request.Body, limit);
            return InboxKey.Parse(key).Kind == InboxKind.Settings
                ? await StoreSettingsAsync(project, key, body, request, cancellationToken)
                : await PutAsync(project, key, body, request, cancellationToken);
        }
        catch (BodyTooLargeException)
        {
            return TooLarge(limit);
        }
        catch (BlobConditionException)
        {
            return ApiError.Conflict($"'{key}' exists already, and the request says If-None-Match: *. Choose another name, or leave the header out to replace it.", "key", "already_exists");
        }
    }

    private static IResult TooLarge(long limit) =>
        ApiError.TooLarge($"The file is larger than the allowed {limit} bytes (Control:MaxFileBytes). Split it, or raise the limit.", "body", "file_too_large");

    private static IResult? Wrong(string project, string path, string key)
    {
        if (!InboxKey.IsProject(project))
        {
            return ApiError.BadRequest($"'{project}' is not a project name. Expected: 1 to 63 of a-z, 0-9 and '-', not beginning with '-'.", "project", "bad_project_name");
        }

        if (BlobKey.Problem(key) is { } problem || path.Contains('\\', StringComparison.Ordinal))
        {
            return ApiError.BadRequest($"'{path}' cannot be the name of a file: {BlobKey.Problem(key) ?? "it holds '\\'"}. Expected: names separated by '/'.", "key", "bad_key");
        }

        return InboxKey.Parse(key).Kind == InboxKind.Ignored
            ? ApiError.BadRequest($"'{path}' would be ignored, because a name in it begins with '.'. Rename the file.", "key", "ignored_name")
            : null;
    }

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

    private async Task<IResult> StoreSettingsAsync(string project, string key, Stream body, HttpRequest request, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        await using var bounded = new BoundedStream(body, ProjectYaml.MaxBytes);
        try
        {
            await bounded.CopyToAsync(text, cancellationToken);
        }
        catch (BodyTooLargeException)
        {
            return ApiError.TooLarge($"{InboxKey.SettingsFile} is larger than the allowed {ProjectYaml.MaxBytes} bytes.", "body", "file_too_large");
        }

        if (ProjectSettings.Parse(key, text.ToArray()).Problems is { } problems)
        {
            return ApiError.BadRequest(problems, InboxKey.SettingsFile, "bad_project_yaml");
        }

        text.Position = 0;
        return await PutAsync(project, key, text, request, cancellationToken);
    }

    private async Task<IResult> PutAsync(string project, string key, Stream body, HttpRequest request, CancellationToken cancellationToken)
    {
        var condition = request.Headers.IfNoneMatch.ToString() == "*" ? PutCondition.IfAbsent : default;
        var stored = await blobs.PutAsync(Buckets.Inbox, key, body, condition, cancellationToken);
        var found = await blobs.StatAsync(Buckets.Inbox, key, cancellationToken);
        var run = found is not null && InboxKey.Parse(key).Kind == InboxKind.Data
            ? await ledger.EnterAsync(project, found, stored.Sha256, cancellationToken)
            : null;
        intake.Poke(project);
        return ApiResults.Created(new DropReceipt { Bucket = stored.Bucket, Key = key, Etag = found?.ETag ?? "", Bytes = stored.Bytes, Sha256 = stored.Sha256, Run = run });
    }
}
