using System.Text.Json;
using LoraMesh.AllInOne.Commands;
using LoraMesh.Client;
using LoraMesh.CommandLine;
using LoraMesh.Contracts;
using LoraMesh.Storage;

namespace LoraMesh.AllInOne.Suite;

/// <summary>Asks base and adapter what the held-out rows ask, over HTTP like any client.</summary>
/// <param name="store">Where the dataset lies.</param>
/// <param name="chat">The running suite.</param>
public sealed class HeldOutQuestions(IBlobStore store, ServingClient chat)
{
    /// <summary>Asks the first held-out rows whose references differ from each other.</summary>
    /// <param name="run">A run that ended promoted.</param>
    /// <param name="count">How many to ask.</param>
    public async Task<IReadOnlyList<AnsweredQuestion>> AskAsync(RunView run, int count, CancellationToken cancellationToken)
    {
        var config = await store.FindJsonAsync<ProjectConfig>(Buckets.Runs, $"{run.Run}/project.json", cancellationToken) ?? new ProjectConfig();
        var manifest = await store.FindJsonAsync<DatasetManifest>(Buckets.Datasets, $"{run.Project}/{run.Dataset}/manifest.json", cancellationToken);
        if (manifest is null)
        {
            return [];
        }

        var answered = new List<AnsweredQuestion>();
        foreach (var row in await ReadAsync(manifest.Test.Text, count, cancellationToken))
        {
            var maxTokens = config.Evaluation.MaxNewTokens;
            var unadapted = await chat.AskAsync(config.Model, row.Prompt, maxTokens, cancellationToken);
            var adapted = await chat.AskAsync(run.Project, row.Prompt, maxTokens, cancellationToken);
            answered.Add(new AnsweredQuestion(row.Prompt, row.Question, row.Reference, unadapted, adapted));
        }

        return answered;
    }

    private sealed record Row(JsonElement Prompt, string Question, string Reference);

    private async Task<List<Row>> ReadAsync(BlobRef text, int count, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenReadAsync(text.Bucket, text.Key, cancellationToken)
            ?? throw new BlobIntegrityException(text, "it does not exist");
        using var reader = new StreamReader(content);
        var rows = new List<Row>();
        while (rows.Count < count && await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Parse(line) is { } row && !rows.Exists(other => other.Reference == row.Reference))
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    // The last turn is the reference, what comes before it the prompt.
    private static Row? Parse(string line)
    {
        var messages = JsonSerializer.Deserialize<JsonElement>(line).GetProperty("messages").EnumerateArray().ToList();
        var question = messages.FindLast(message => message.GetProperty("role").GetString() == "user");
        if (messages.Count < 2 || question.ValueKind == JsonValueKind.Undefined || messages[^1].GetProperty("role").GetString() != "assistant")
        {
            return null;
        }

        var prompt = JsonSerializer.SerializeToElement(messages[..^1]);
        return new Row(prompt, Text(question), Text(messages[^1]));
    }

    private static string Text(JsonElement message) => message.GetProperty("content").GetString() ?? "";
}
