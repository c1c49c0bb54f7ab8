using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Inference.Api;
using LoraMesh.Inference.Engine;
using LoraMesh.Inference.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Batches;

/// <summary>Answers one request of a batch just as if it had come over HTTP: the same checks, rights, shares and words.</summary>
internal sealed class LineAnswers(ChatEndpoint chat, CompletionEndpoint completions, IOptions<InferenceOptions> options, TimeProvider time)
{
    /// <summary>Address of chat completions.</summary>
    internal const string Chat = "/v1/chat/completions";

    /// <summary>Address of text completions.</summary>
    internal const string Completions = "/v1/completions";

    private const int UnavailableTries = 5;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Asks, waiting for as long as the line of requests is full.</summary>
    /// <returns>A line of the batch's results, without its end.</returns>
    internal async Task<byte[]> AskAsync(BatchRecord batch, BatchLine line, CancellationToken cancellationToken)
    {
        for (var unavailable = 0; ;)
        {
            try
            {
                return Write(batch, line, StatusCodes.Status200OK, await AnswerAsync(batch, line, cancellationToken));
            }
            catch (QueueFullException)
            {
                await Task.Delay(options.Value.RetryAfter, time, cancellationToken);
            }
            catch (ModelUnavailableException) when (++unavailable < UnavailableTries)
            {
                await Task.Delay(options.Value.RetryAfter, time, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && Errors.Of(e) is { } error)
            {
                return Write(batch, line, error.Status, JsonSerializer.SerializeToUtf8Bytes(error.Body, ContractsJson.Options));
            }
        }
    }

    private async Task<byte[]> AnswerAsync(BatchRecord batch, BatchLine line, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream(line.Body);
        using var answer = new MemoryStream();
        var http = new DefaultHttpContext { RequestAborted = cancellationToken };
        (http.Request.Body, http.Response.Body) = (body, answer);
        // A tenant of its own: whoever has a batch under way is not answered later by hand.
        http.Features.Set(new Caller($"{batch.Owner} (batch)", AccessRoles.Viewer, batch.Projects));
        await (batch.Endpoint == Completions ? completions.HandleAsync(http) : chat.HandleAsync(http));
        return answer.ToArray();
    }

    private static byte[] Write(BatchRecord batch, BatchLine line, int status, byte[] body)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{batch.Id}/{line.CustomId}"))).AsSpan(0, 12));
            json.WriteStartObject();
            json.WriteString("id", $"batch_req_{id}");
            json.WriteString("custom_id", line.CustomId);
            json.WriteStartObject("response");
            json.WriteNumber("status_code", status);
            json.WriteString("request_id", $"req-{id}");
            json.WritePropertyName("body");
            json.WriteRawValue(body);
            json.WriteEndObject();
            json.WriteNull("error");
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
