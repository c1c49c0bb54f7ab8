using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Inference.Batches;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Api;

// /v1/files: what batches read and write, and nothing else.
internal static class FileEndpoints
{
    private const int MostListed = 10_000;
    private const long FormBytes = 64 * 1024;

    // POST /v1/files, multipart/form-data with 'purpose' and 'file'.
    public static async Task<IResult> AddAsync(HttpContext http, FileStore files, IOptions<InferenceOptions> options)
    {
        var most = options.Value.MaxBatchBytes;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most + FormBytes;
        }

        var form = await ReadAsync(http, most);
        if (form["purpose"].ToString() is var purpose && purpose != StoredFile.Requests)
        {
            throw RequestException.Invalid("purpose", $"'purpose' is '{purpose}'; files are taken for \"batch\" here. Data to train on goes into the bucket {Buckets.Inbox}.");
        }

        if (form.Files.GetFile("file") is not { Length: > 0 } file)
        {
            throw RequestException.Invalid("file", "The form has no field 'file' with a file in it, or the file is empty.");
        }

        if (file.Length > most)
        {
            throw TooLarge(most);
        }

        await using var content = file.OpenReadStream();
        var caller = Caller.Of(http);
        var stored = await files.AddAsync($"file-{Guid.NewGuid():N}", caller.Name, caller.Projects, Name(file.FileName), StoredFile.Requests, content, http.RequestAborted);
        return Json(stored.View(options.Value.BatchRetention));
    }

    // GET /v1/files
    public static async Task<IResult> ListAsync(HttpContext http, FileStore files, IOptions<InferenceOptions> options) =>
        Json(new ListView<FileView> { Data = [.. (await files.ListAsync(Caller.Of(http), MostListed, http.RequestAborted)).Select(file => file.View(options.Value.BatchRetention))] });

    // GET /v1/files/{id}
    public static async Task<IResult> GetAsync(string id, HttpContext http, FileStore files, IOptions<InferenceOptions> options) =>
        Json((await FindAsync(id, http, files)).View(options.Value.BatchRetention));

    // GET /v1/files/{id}/content
    public static async Task<IResult> ContentAsync(string id, HttpContext http, FileStore files)
    {
        var file = await FindAsync(id, http, files);
        var content = await files.OpenAsync(file, http.RequestAborted) ?? throw Missing(id);
        http.Response.ContentLength = file.Content.Bytes;
        return Results.Stream(content, "application/jsonl", file.Filename);
    }

    // DELETE /v1/files/{id}
    public static async Task<IResult> DeleteAsync(string id, HttpContext http, FileStore files)
    {
        await files.DeleteAsync(await FindAsync(id, http, files), http.RequestAborted);
        return Json(new DeletedFile(id));
    }

    internal static async Task<StoredFile> FindAsync(string id, HttpContext http, FileStore files, string? param = "id") =>
        await files.FindAsync(id, Caller.Of(http), http.RequestAborted) ?? throw Missing(id, param);

    private static RequestException Missing(string id, string? param = "id") =>
        RequestException.Invalid(param, $"There is no file '{Cut(id)}' of yours.", "file_not_found", StatusCodes.Status404NotFound);

    private static RequestException TooLarge(long most) =>
        RequestException.Invalid("file", $"The file has more than {most} bytes ({InferenceOptions.Section}:{nameof(InferenceOptions.MaxBatchBytes)}). Split it.", "request_too_large", StatusCodes.Status413PayloadTooLarge);

    private static async Task<IFormCollection> ReadAsync(HttpContext http, long most)
    {
        if (!http.Request.HasFormContentType)
        {
            throw RequestException.Invalid(null, "The body has to be multipart/form-data with 'purpose' and 'file'.");
        }

        try
        {
            return await http.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = most + FormBytes }, http.RequestAborted);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge(most);
        }
        catch (InvalidDataException e)
        {
            // Of what is too long and of what is no form the framework's words alone tell.
            throw e.Message.StartsWith("Multipart body length limit", StringComparison.Ordinal) ? TooLarge(most) : RequestException.Invalid(null, $"The form cannot be read: {e.Message}");
        }
        catch (IOException) when (!http.RequestAborted.IsCancellationRequested)
        {
            throw RequestException.Invalid(null, "The body is not whole: the form ends before its last boundary.");
        }
    }

    private static string Name(string sent) => Cut(Path.GetFileName(sent)) is { Length: > 0 } name ? name : "requests.jsonl";

    private static string Cut(string text) => text.Length <= 200 ? text : text[..200];

    private static IResult Json<T>(T view) => Results.Json(view, ContractsJson.Options);

    private sealed record DeletedFile(string Id, string Object = "file", bool Deleted = true);
}
