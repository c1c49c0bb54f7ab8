using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace LoraMesh.Benchmarks.Serving;

/// <summary>What one turn took.</summary>
/// <param name="Tokens">New tokens.</param>
/// <param name="Cpu">Processor seconds of the server.</param>
/// <param name="Wall">Seconds until the last answer.</param>
internal readonly record struct Turn(int Tokens, double Cpu, double Wall);

/// <summary>Asks a server: prompts of random ids, always the same.</summary>
internal sealed class ServingLoad(ServedProcess server, Func<ServingLoad.Ask, (string Path, object Body)> write, Func<JsonElement, int> tokens)
{
    internal const int PromptLength = 128;

    /// <summary>One request.</summary>
    /// <param name="Prompt">Its ids.</param>
    /// <param name="MaxTokens">Tokens to generate.</param>
    /// <param name="Adapter">Which adapter; null for the base.</param>
    internal sealed record Ask(int[] Prompt, int MaxTokens, int? Adapter);

    /// <summary>One request for each adapter, so many at a time.</summary>
    internal async Task<Turn> TurnAsync(IReadOnlyList<int?> adapters, int maxTokens, int together)
    {
        var random = new Random(1);
        var asked = adapters.Select(adapter => new Ask([.. Enumerable.Range(0, PromptLength).Select(_ => random.Next(256, ServedStore.Shape.Vocabulary))], maxTokens, adapter)).ToList();
        var (count, next) = (0, -1);
        var (wall, cpu) = (Stopwatch.GetTimestamp(), server.CpuSeconds);
        await Task.WhenAll(Enumerable.Range(0, together).Select(async _ =>
        {
            for (int index; (index = Interlocked.Increment(ref next)) < asked.Count;)
            {
                Interlocked.Add(ref count, await AskAsync(asked[index]));
            }
        }));
        return new Turn(count, server.CpuSeconds - cpu, Stopwatch.GetElapsedTime(wall).TotalSeconds);
    }

    private async Task<int> AskAsync(Ask ask)
    {
        var (path, body) = write(ask);
        using var answer = await server.Client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{server.Client.BaseAddress}{path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }

        var found = tokens(await answer.Content.ReadFromJsonAsync<JsonElement>());
        return found == ask.MaxTokens ? found : throw new InvalidOperationException($"{server.Client.BaseAddress}{path} gave {found} tokens, asked for {ask.MaxTokens}.");
    }
}
