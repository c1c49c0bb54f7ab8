using LoraMesh.Contracts;
using LoraMesh.Control.Api.OpenApi;
using LoraMesh.Control.Intake;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Http;
using LoraMesh.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace LoraMesh.Control.Api;

/// <summary>Dropping files, and asking what became of them.</summary>
public static class DropEndpoints
{
    /// <summary>Adds <c>PUT /projects/{project}/inbox/{key}</c> and <c>GET /drops</c>.</summary>
    public static void MapDrops(this IEndpointRouteBuilder api)
    {
        api.MapPut("/projects/{project}/inbox/{**key}", PutAsync).Needs(AccessRoles.Operator).WithMetadata(new Limited(IsUpload: true), new TakesBody(null, IsRequired: true))
            .Describe<DropReceipt>("putDrop", "Drops a file into a project's inbox; with If-None-Match: * only where there is none of the name.", [400, 409, 413], StatusCodes.Status201Created);
        api.MapGet("/drops", GetAsync).Needs(AccessRoles.Viewer)
            .Describe<DropView>("getDrop", "Says what became of a drop, by key and etag as the upload answered them.", [400, 404]);
    }

    private static async Task<IResult> PutAsync(string project, HttpContext http, InboxUpload upload, CancellationToken cancellationToken)
    {
        // The upload counts for itself: the server's own limit would cut large files off without a word.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        var condition = http.Request.Headers.IfNoneMatch.ToString() == "*" ? PutCondition.IfAbsent : default;
        return await upload.StoreAsync(project, PathOf(http), http.Request.Body, http.Request.ContentLength, condition, Caller.Of(http).Name, cancellationToken) switch
        {
            { Receipt: { } receipt } => ApiResults.Created(receipt),
            { Problem: { } problem } => ApiError.Create(problem.Status, problem.Message, problem.Param, problem.Code),
            _ => throw new InvalidOperationException("An upload came to neither a receipt nor a problem."),
        };
    }

    // Taken from the request line, since routing decodes everything but %2F, and clients may encode slashes or not.
    private static string PathOf(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?')[0];
        const string Inbox = "/inbox/";
        var start = path.IndexOf(Inbox, StringComparison.Ordinal);
        return start < 0 ? "" : Uri.UnescapeDataString(path[(start + Inbox.Length)..]);
    }

    private static async Task<IResult> GetAsync(string? project, string? key, string? etag, HttpContext http, Ledger ledger, IBlobStore blobs, CancellationToken cancellationToken)
    {
        if (key is null || etag is null)
        {
            return ApiError.BadRequest("Expected: key and etag, as the upload answered them.", key is null ? "key" : "etag", "missing_parameter");
        }

        var full = project is null || key.StartsWith(project + "/", StringComparison.Ordinal) ? key : $"{project}/{key}";
        if (BlobKey.Problem(full) is { } problem)
        {
            return ApiError.BadRequest($"'{full}' cannot be the name of a file: {problem}.", "key", "bad_key");
        }

        if (!Caller.Of(http).Covers(full.Split('/')[0]))
        {
            return NoSuchDrop(full, etag);
        }

        if (await ledger.FindAsync(full, etag, cancellationToken) is { } drop)
        {
            return ApiResults.Ok(new DropView { State = drop.RunId is null ? DropView.Waiting : DropView.Taken, Run = drop.RunId });
        }

        return (await blobs.StatAsync(Buckets.Inbox, full, cancellationToken))?.ETag == etag
            ? ApiResults.Ok(new DropView { State = DropView.Waiting })
            : NoSuchDrop(full, etag);
    }

    private static IResult NoSuchDrop(string full, string etag) =>
        ApiError.NotFound($"There is no drop '{full}' with ETag '{etag}' in {Buckets.Inbox}: it was never there, or other bytes replaced it before a run took it.", "key", "drop_not_found");
}
