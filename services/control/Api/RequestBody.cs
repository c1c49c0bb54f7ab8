using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Http;
using LoraMesh.Storage;

namespace LoraMesh.Control.Api;

/// <summary>Reads small JSON bodies, and says where they are wrong.</summary>
public static class RequestBody
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>Reads the body; an empty one is null.</summary>
    public static async Task<(T? Body, IResult? Problem)> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var bytes = new MemoryStream();
            await using var bounded = new BoundedStream(request.Body, MaxBytes);
            await bounded.CopyToAsync(bytes, cancellationToken);
            bytes.Position = 0;
            return (bytes.Length == 0 ? null : await JsonSerializer.DeserializeAsync<T>(bytes, ContractsJson.Options, cancellationToken), null);
        }
        catch (BodyTooLargeException)
        {
            return (null, ApiError.TooLarge($"The body is larger than the allowed {MaxBytes} bytes.", null, "body_too_large"));
        }
        catch (JsonException problem)
        {
            return (null, ApiError.BadRequest($"The body is not the expected JSON object: {problem.Message}", problem.Path, "bad_json"));
        }
    }
}
