using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Dashboard.Playground;

/// <summary>Asks the inference service as any OpenAI client does, under the key of whoever looks. Thread-safe.</summary>
internal sealed class InferenceClient : IDisposable
{
    private const int MaxModels = 1000;
    private const int MaxError = 500;

    private readonly HttpClient _http;
    private readonly DashboardOptions _options;
    private readonly IServer _server;

    public InferenceClient(IOptions<DashboardOptions> options, IServer server)
    {
        _options = options.Value;
        _server = server;
        var handler = TrustedHttp.Handler(_options.InferenceCaFile, ClientCertificate.Read(_options.InferenceCertificateFile, _options.InferenceKeyFile));
        (handler.UseProxy, handler.AllowAutoRedirect) = (false, false);
        _http = new HttpClient(handler) { Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <summary>Where inference is thought to be.</summary>
    public Uri Address => _options.InferenceUrl ?? Own();

    /// <summary>Names that can be asked, base models first.</summary>
    /// <exception cref="InferenceException">It does not answer, or refuses.</exception>
    public async Task<IReadOnlyList<ChatModel>> ModelsAsync(string? key, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Address, "v1/models")), key, cancellationToken);
        var list = await ReadAsync<ModelList>(answer, cancellationToken);
        return [.. list.Data.Take(MaxModels)];
    }

    /// <summary>The pieces of an answer as they come.</summary>
    /// <exception cref="InferenceException">It does not answer, or refuses.</exception>
    public async IAsyncEnumerable<string> AskAsync(string model, IReadOnlyList<ChatTurn> turns, int maxTokens, string? key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(new ChatRequest(model, turns, maxTokens, 0, true), options: ContractsJson.Options);
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "v1/chat/completions")) { Content = content }, key, cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            if (item.Data == "[DONE]")
            {
                yield break;
            }

            using var piece = JsonDocument.Parse(item.Data);
            if (piece.RootElement.TryGetProperty("error", out var error))
            {
                throw new InferenceException(error.TryGetProperty("message", out var said) ? said.GetString() ?? "It failed." : "It failed.");
            }

            if (piece.RootElement.TryGetProperty("choices", out var choices) && choices.GetArrayLength() > 0
                && choices[0].TryGetProperty("delta", out var delta) && delta.TryGetProperty("content", out var text) && text.GetString() is { Length: > 0 } found)
            {
                yield return found;
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string? key, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw new InferenceException($"Nothing answers at {Address} ({failure.InnerException?.Message ?? failure.Message}). Is inference running, and is Dashboard:InferenceUrl its address?", failure);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw new InferenceException(await WhyAsync(answer, cancellationToken));
        }
    }

    private async Task<string> WhyAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.StatusCode == System.Net.HttpStatusCode.NotFound && _options.InferenceUrl is null)
        {
            return "This control does not know where inference is. Set Dashboard:InferenceUrl to its address, such as http://inference:8080.";
        }

        try
        {
            var error = (await ReadAsync<ErrorBody>(answer, cancellationToken)).Error;
            return error.Message.Length <= MaxError ? error.Message : error.Message[..MaxError] + "…";
        }
        catch (JsonException)
        {
            return $"{Address} answered with status {(int)answer.StatusCode}.";
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        await answer.Content.ReadFromJsonAsync<T>(ContractsJson.Options, cancellationToken) ?? throw new JsonException("The answer is JSON null.");

    // Where all services are in this process, they are at its own address.
    private Uri Own()
    {
        var address = _server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://127.0.0.1:8080";
        return new Uri(address.Replace("://+", "://127.0.0.1", StringComparison.Ordinal).Replace("://*", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://[::]", "://127.0.0.1", StringComparison.Ordinal).Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal));
    }

    private sealed record ModelList(IReadOnlyList<ChatModel> Data);

    private sealed record ChatRequest(string Model, IReadOnlyList<ChatTurn> Messages, int MaxTokens, double Temperature, bool Stream);
}

/// <summary>A name that can be asked.</summary>
/// <param name="Id">The name.</param>
/// <param name="Root">What it stands for.</param>
/// <param name="Parent">Base model of an adapter; null for a base model.</param>
public sealed record ChatModel(string Id, string? Root, string? Parent);

/// <summary>A turn of a conversation.</summary>
/// <param name="Role"><c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">What was said.</param>
public sealed record ChatTurn(string Role, string Content);

/// <summary>Inference does not answer, or refuses; the message is for people.</summary>
public sealed class InferenceException(string message, Exception? inner = null) : Exception(message, inner);
