using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LoraMesh.Inference.Api;

// One response as a stream of server-sent events. Nothing is sent before the first event, so that an error until then
// still has its own status.
internal sealed class ServerSentEvents(HttpResponse response)
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool Started => response.HasStarted;

    public void Write(Action<Utf8JsonWriter> write)
    {
        Begin();
        Raw("data: "u8);
        using (var json = new Utf8JsonWriter(response.BodyWriter, Json))
        {
            write(json);
        }

        Raw("\n\n"u8);
    }

    public void WriteDone()
    {
        Begin();
        Raw("data: [DONE]\n\n"u8);
    }

    public void WritePing()
    {
        Begin();
        Raw(": ping\n\n"u8);
    }

    public async Task FlushAsync(CancellationToken cancellationToken) =>
        await response.BodyWriter.FlushAsync(cancellationToken);

    private void Begin()
    {
        if (!response.HasStarted)
        {
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache";
            response.Headers["X-Accel-Buffering"] = "no";
        }
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(response.BodyWriter.GetSpan(bytes.Length));
        response.BodyWriter.Advance(bytes.Length);
    }
}
