using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LoraMesh.Inference.Api;

// Reads a body that is small enough and is JSON.
internal static class RequestBody
{
    public static async Task<JsonDocument> ReadAsync(HttpContext http, long maxBytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes;
        }

        try
        {
            return await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        }
        catch (JsonException e)
        {
            throw RequestException.Invalid(null, $"The body is not valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}. {e.Message.Split(" LineNumber:")[0]}");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw RequestException.Invalid(null, $"The body has more than {maxBytes} bytes, which is the most that is read.", "request_too_large", e.StatusCode);
        }
    }
}
