using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Inference.Batches;
using MassTransit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Api;

// /v1/batches: files of requests, answered by whichever replicas are free.
internal static class BatchEndpoints
{
    private const int MostListed = 100;
    private const int MostMetadata = 16;
    private const int MostMetadataLetters = 512;

    // POST /v1/batches
    public static async Task<IResult> CreateAsync(HttpContext http, BatchStore batches, FileStore files, IBus bus, IOptions<InferenceOptions> options, TimeProvider time)
    {
        using var body = await RequestBody.ReadAsync(http, options.Value.MaxRequestBytes);
        var record = await ReadAsync(body.RootElement, http, batches, files, time);
        if ((await batches.OpenAsync(http.RequestAborted)).Count >= options.Value.MaxOpenBatches)
        {
            throw new RequestException(StatusCodes.Status429TooManyRequests, $"{options.Value.MaxOpenBatches} batches wait or are worked on (Inference:MaxOpenBatches); try again when some are done.", "rate_limit_error", null, "rate_limit_exceeded");
        }

        await batches.CreateAsync(record, http.RequestAborted);

        // It lies in the store: should the message be lost, whoever watches sends it again.
        await bus.Publish(new CompleteBatch { BatchId = record.Id }, CancellationToken.None);
        return Json(record.View());
    }

    // GET /v1/batches?after=&limit=
    public static async Task<IResult> ListAsync(HttpContext http, BatchStore batches, string? after = null, int limit = 20) =>
        limit is < 1 or > MostListed
            ? throw RequestException.Invalid("limit", $"'limit' is {limit}; expected 1 to {MostListed}.")
            : Json(await batches.ListAsync(Caller.Of(http), after, limit, http.RequestAborted));

    // GET /v1/batches/{id}
    public static async Task<IResult> GetAsync(string id, HttpContext http, BatchStore batches) => Json((await FindAsync(id, http, batches)).View());

    // POST /v1/batches/{id}/cancel
    public static async Task<IResult> CancelAsync(string id, HttpContext http, BatchStore batches, BatchWatch watch, IBus bus, TimeProvider time)
    {
        await FindAsync(id, http, batches);
        var (record, changed) = await batches.ChangeAsync(
            id, now => now.IsEnded || now.Status == BatchStatus.Cancelling ? null : now with { Status = BatchStatus.Cancelling, CancellingAt = time.GetUtcNow() }, http.RequestAborted);
        if (record.IsEnded)
        {
            throw RequestException.Invalid(null, $"The batch is {record.Status} already; there is nothing left to cancel.", "batch_ended", StatusCodes.Status409Conflict);
        }

        if (changed)
        {
            // Whoever works on it stops; whoever watches then ends it, at once where nobody did.
            await bus.Publish(new RunCancelled { RunId = id, Reason = $"cancelled by {Caller.Of(http).Name}" }, CancellationToken.None);
            await watch.LookAsync(http.RequestAborted);
            record = await FindAsync(id, http, batches);
        }

        return Json(record.View());
    }

    private static async Task<BatchRecord> FindAsync(string id, HttpContext http, BatchStore batches) =>
        await batches.FindAsync(id, http.RequestAborted) is { } record && FileStore.IsOf(Caller.Of(http), record.Owner, record.Projects)
            ? record
            : throw RequestException.Invalid("id", $"There is no batch '{(id.Length <= 80 ? id : id[..80])}' of yours.", "batch_not_found", StatusCodes.Status404NotFound);

    private static async Task<BatchRecord> ReadAsync(JsonElement body, HttpContext http, BatchStore batches, FileStore files, TimeProvider time)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw RequestException.Invalid(null, "The body is not a JSON object.");
        }

        var endpoint = Text(body, "endpoint");
        if (endpoint is not (LineAnswers.Chat or LineAnswers.Completions))
        {
            throw RequestException.Invalid("endpoint", $"'endpoint' has to be \"{LineAnswers.Chat}\" or \"{LineAnswers.Completions}\".");
        }

        if (Text(body, "completion_window") != BatchStore.Window)
        {
            throw RequestException.Invalid("completion_window", $"'completion_window' has to be \"{BatchStore.Window}\".");
        }

        var file = await FileEndpoints.FindAsync(Text(body, "input_file_id") ?? "", http, files, "input_file_id");
        if (file.Purpose != StoredFile.Requests)
        {
            throw RequestException.Invalid("input_file_id", $"The file '{file.Id}' was not stored for a batch but as '{file.Purpose}'.");
        }

        var (caller, now) = (Caller.Of(http), time.GetUtcNow());
        return new BatchRecord
        {
            Id = batches.NewId(),
            Owner = caller.Name,
            Projects = caller.Projects,
            InputFileId = file.Id,
            Input = file.Content,
            Endpoint = endpoint,
            Metadata = Metadata(body),
            CreatedAt = now,
            ExpiresAt = now + BatchStore.WindowTime,
            IssuedAt = now,
        };
    }

    private static Dictionary<string, string>? Metadata(JsonElement body)
    {
        if (!body.TryGetProperty("metadata", out var metadata) || metadata.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return metadata.ValueKind == JsonValueKind.Object && metadata.EnumerateObject().Count() <= MostMetadata
            && metadata.EnumerateObject().All(entry => entry.Value.ValueKind == JsonValueKind.String && entry.Name.Length <= MostMetadataLetters && entry.Value.GetString()!.Length <= MostMetadataLetters)
            ? metadata.EnumerateObject().DistinctBy(entry => entry.Name).ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!, StringComparer.Ordinal)
            : throw RequestException.Invalid("metadata", $"'metadata' has to be an object of at most {MostMetadata} texts, each of at most {MostMetadataLetters} letters.");
    }

    private static string? Text(JsonElement body, string field) =>
        body.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IResult Json<T>(T view) => Results.Json(view, ContractsJson.Options);
}
