using System.Net.Http.Json;
using System.Text.Json;
using LoraMesh.AllInOne.Commands;

namespace LoraMesh.AllInOne.Client;

/// <summary>Asks a running suite one question over <c>/v1/chat/completions</c>, as any OpenAI client would.</summary>
/// <param name="address">Address of the suite.</param>
public sealed class ChatQuestion(Uri address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = !address.IsLoopback })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromMinutes(2),
        DefaultRequestHeaders = { Authorization = SuiteKey.Header() },
    };

    /// <summary>The greedy answer of a model: the base by its name, an adapter by its project's.</summary>
    /// <param name="model">Model name as <c>/v1/models</c> lists it.</param>
    /// <param name="messages">JSON array of messages, the question last.</param>
    /// <param name="maxTokens">Longest answer in tokens.</param>
    /// <exception cref="CommandException">The suite refused, or did not answer.</exception>
    public async Task<string> AskAsync(string model, JsonElement messages, int maxTokens, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(new { model, messages, temperature = 0, max_tokens = maxTokens });
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = content };
        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                throw await SuiteRefusedException.ReadAsync(address, request, answer, cancellationToken);
            }

            var body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            return body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString() ?? "";
        }
        catch (HttpRequestException failure)
        {
            throw new SuiteUnreachableException(address, failure.InnerException?.Message ?? failure.Message, failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
