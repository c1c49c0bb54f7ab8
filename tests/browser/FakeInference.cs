using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LoraMesh.BrowserTests;

/// <summary>Speaks as inference does, without a model: the base says what it was asked, the adapter answers in JSON.</summary>
internal sealed class FakeInference : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeInference(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>Keys that it was asked with.</summary>
    public List<string> Keys { get; } = [];

    public static async Task<FakeInference> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var inference = new FakeInference(app);
        app.MapGet("/v1/models", (HttpContext http) =>
        {
            inference.Keys.Add(http.Request.Headers.Authorization.ToString());
            return Results.Json(new { data = new object[] { new { id = "loramesh-tiny", root = "loramesh-tiny", parent = (string?)null }, new { id = "tickets", root = "tickets@3", parent = "loramesh-tiny" } } });
        });
        app.MapPost("/v1/chat/completions", AnswerAsync);
        await app.StartAsync();
        return inference;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var model = body.RootElement.GetProperty("model").GetString();
        var messages = body.RootElement.GetProperty("messages");
        var question = messages[messages.GetArrayLength() - 1].GetProperty("content").GetString()!;
        if (question == "refuse")
        {
            http.Response.StatusCode = 400;
            await http.Response.WriteAsJsonAsync(new { error = new { message = "The prompt is longer than the model's context.", type = "invalid_request_error" } });
            return;
        }

        http.Response.ContentType = "text/event-stream";
        foreach (var piece in model == "tickets" ? ["{\"team\": ", "\"software\"}"] : new[] { "You said ", question })
        {
            await http.Response.WriteAsync($"data: {JsonSerializer.Serialize(new { choices = new[] { new { delta = new { content = piece } } } })}\n\n");
            await http.Response.Body.FlushAsync();
        }

        await http.Response.WriteAsync("data: [DONE]\n\n");
    }
}
