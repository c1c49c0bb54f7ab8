using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LoraMesh.Contracts;

namespace LoraMesh.Evaluator.Hooks;

/// <summary>Asks an address, or a language model behind an OpenAI-compatible one.</summary>
internal sealed partial class HttpHook : IDisposable
{
    private const int MaxAnswerBytes = 16 * 1024 * 1024;
    private const int AtOnce = 4;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };

    public void Dispose() => _http.Dispose();

    internal async Task<double[]> ScoreAsync(MetricHookOptions hook, IReadOnlyList<HookRow> rows, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(hook.Timeout);
        try
        {
            return hook.Url is { } url ? await AskAsync(hook, url, rows, patience.Token) : await JudgeAsync(hook, rows, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HookFailedException($"it took longer than {hook.Timeout.TotalSeconds:0} s");
        }
        catch (HttpRequestException problem)
        {
            throw new HookFailedException($"it cannot be reached, or answers too much: {problem.Message}");
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException)
        {
            throw new HookFailedException($"its answer is not as expected: {problem.Message}");
        }
    }

    private async Task<double[]> AskAsync(MetricHookOptions hook, string url, IReadOnlyList<HookRow> rows, CancellationToken cancellationToken)
    {
        var answer = await PostAsync(hook, url, JsonSerializer.SerializeToNode(new { rows }, ContractsJson.Options)!, cancellationToken);
        var scores = answer["scores"]?.AsArray().Select(score => score!.GetValue<double>()).ToArray();
        return scores?.Length == rows.Count ? scores : throw new HookFailedException($"it answered {scores?.Length ?? 0} scores for {rows.Count} rows");
    }

    private async Task<double[]> JudgeAsync(MetricHookOptions hook, IReadOnlyList<HookRow> rows, CancellationToken cancellationToken)
    {
        var scores = new double[rows.Count];
        await Parallel.ForAsync(0, rows.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (row, token) =>
            scores[row] = await JudgeAsync(hook, rows[row], token));
        return scores;
    }

    private async Task<double> JudgeAsync(MetricHookOptions hook, HookRow row, CancellationToken cancellationToken)
    {
        // One pass: what is filled in is never read as a place to fill.
        var prompt = Places().Replace(hook.JudgePrompt, place => place.Value switch { "{question}" => row.Question, "{reference}" => row.Reference, _ => row.Prediction });
        var body = new JsonObject
        {
            ["model"] = hook.JudgeModel,
            ["temperature"] = 0,
            ["max_tokens"] = 16,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }),
        };
        var answer = await PostAsync(hook, hook.JudgeUrl!.TrimEnd('/') + "/chat/completions", body, cancellationToken);
        var text = answer["choices"]?[0]?["message"]?["content"]?.GetValue<string>() ?? string.Empty;
        return Number().Match(text) is { Success: true } found
            ? double.Parse(found.Value, CultureInfo.InvariantCulture)
            : throw new HookFailedException($"the judge answered '{(text.Length > 80 ? text[..80] + "…" : text)}', in which there is no number");
    }

    private async Task<JsonNode> PostAsync(MetricHookOptions hook, string url, JsonNode body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(body) };
        if (hook.ReadKey() is { } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        using var answer = await _http.SendAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new HookFailedException($"it answered with status {(int)answer.StatusCode}");
        }

        return await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken) ?? throw new JsonException("null");
    }

    [GeneratedRegex(@"\{(question|reference|prediction)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Places();

    [GeneratedRegex(@"-?[0-9]+(\.[0-9]+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
