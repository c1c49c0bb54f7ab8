using LoraMesh.Contracts;

namespace LoraMesh.Client;

/// <summary>What LoraMesh's inference has besides OpenAI's API, for which OpenAI's own clients serve well.</summary>
/// <param name="suite">A whole suite, or inference alone.</param>
public sealed class ServingClient(SuiteClient suite)
{
    /// <summary>The names that can be asked, base models first.</summary>
    public async Task<IReadOnlyList<ServedModel>> ListModelsAsync(CancellationToken cancellationToken) =>
        (await suite.GetAsync<ServedModelList>("v1/models", cancellationToken)).Data;

    /// <summary>Serves a version in the process that is asked, whether an alias names it or not.</summary>
    /// <param name="name">Name of a model, such as <c>support</c> or <c>support@7</c>.</param>
    /// <param name="path">Where the adapter lies, such as <c>s3://lm-adapters/support/ID</c>; null for one that the process knows of.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>What the process says.</returns>
    public Task<string> LoadAsync(string name, string? path, CancellationToken cancellationToken) =>
        suite.SendForTextAsync("v1/load_lora_adapter", new LoraAdapterRequest(name, path), cancellationToken);

    /// <summary>Lets a version go from the memory of the process that is asked.</summary>
    /// <returns>What the process says.</returns>
    public Task<string> UnloadAsync(string name, CancellationToken cancellationToken) =>
        suite.SendForTextAsync("v1/unload_lora_adapter", new LoraAdapterRequest(name, null), cancellationToken);

    /// <summary>A greedy answer to one question.</summary>
    /// <param name="model">Model name as <see cref="ListModelsAsync"/> gives it.</param>
    /// <param name="question">The question.</param>
    /// <param name="maxTokens">Longest answer in tokens.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public Task<string> AskAsync(string model, string question, int maxTokens, CancellationToken cancellationToken) =>
        AskAsync(model, (object)new[] { new { role = "user", content = question } }, maxTokens, cancellationToken);

    /// <summary>A greedy answer to a conversation.</summary>
    /// <param name="model">Model name as <see cref="ListModelsAsync"/> gives it.</param>
    /// <param name="messages">Whatever becomes OpenAI's list of messages as JSON.</param>
    /// <param name="maxTokens">Longest answer in tokens.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<string> AskAsync(string model, object messages, int maxTokens, CancellationToken cancellationToken)
    {
        var answer = await suite.SendAsync<object, ChatAnswer>(HttpMethod.Post, "v1/chat/completions", new { model, messages, temperature = 0, max_tokens = maxTokens }, cancellationToken);
        return answer.Choices.Count > 0 ? answer.Choices[0].Message.Content ?? "" : "";
    }

    private sealed record LoraAdapterRequest(
        [property: System.Text.Json.Serialization.JsonPropertyName("lora_name")] string Name,
        [property: System.Text.Json.Serialization.JsonPropertyName("lora_path"), System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] string? Path);

    private sealed record ServedModelList(IReadOnlyList<ServedModel> Data);

    private sealed record ChatAnswer(IReadOnlyList<ChatChoice> Choices);

    private sealed record ChatChoice(ChatMessage Message);

    private sealed record ChatMessage(string? Content);
}

/// <summary>A name that can be asked.</summary>
/// <param name="Id">The name.</param>
/// <param name="Root">What answers: a base model, or a version of a project's adapter.</param>
/// <param name="Parent">The base below an adapter; null for a base.</param>
public sealed record ServedModel(string Id, string Root, string? Parent);
