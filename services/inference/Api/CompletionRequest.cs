using System.Text.Json;

namespace LoraMesh.Inference.Api;

/// <summary>Body of <c>POST /v1/completions</c>, checked.</summary>
public sealed record CompletionRequest
{
    // OpenAI's default.
    private const int DefaultMaxTokens = 16;

    /// <summary>What is to be continued, each a text or token ids.</summary>
    public required IReadOnlyList<CompletionPrompt> Prompts { get; init; }

    /// <summary>Whether each answer begins with its prompt.</summary>
    public bool Echo { get; init; }

    /// <summary>How it is to be continued.</summary>
    public required GenerationSettings Settings { get; init; }

    /// <summary>Reads and checks a body.</summary>
    /// <exception cref="RequestException">A field is missing, has a wrong value, or is not supported; the error names it.</exception>
    public static CompletionRequest Read(JsonElement body, int maxChoices)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw RequestException.Invalid(null, "The body is not a JSON object.");
        }

        var fields = new JsonFields(body);
        var settings = SettingsReader.Read(body, maxChoices, (int?)fields.Integer("logprobs", 0, 5), DefaultMaxTokens);
        if (fields.Integer("best_of", 1, maxChoices) is { } bestOf && bestOf != settings.Choices)
        {
            throw RequestException.Invalid("best_of", $"'best_of' is {bestOf} and 'n' is {settings.Choices}; choosing among answers is not supported, leave 'best_of' out.", "unsupported_parameter");
        }

        var prompts = ReadPrompts(fields);
        return prompts.Count * settings.Choices <= maxChoices
            ? new CompletionRequest { Prompts = prompts, Settings = settings, Echo = ReadEcho(fields, settings) }
            : throw RequestException.Invalid("prompt", $"{prompts.Count} prompts times n = {settings.Choices} are {prompts.Count * settings.Choices} answers; at most {maxChoices} are given at once.");
    }

    private static bool ReadEcho(JsonFields fields, GenerationSettings settings) =>
        fields.Flag("echo") && (settings.TopLogProbabilities is null ? true
            : throw RequestException.Invalid("echo", "'echo' beside 'logprobs' would ask for the scores of the prompt, which are not given; send one of them.", "unsupported_parameter"));

    private static IReadOnlyList<CompletionPrompt> ReadPrompts(JsonFields fields)
    {
        if (fields.Find("prompt") is not { } value)
        {
            throw RequestException.Invalid("prompt", "The field 'prompt' is missing; expected a string, strings, token ids, or arrays of token ids.");
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return [new CompletionPrompt(JsonFields.Text(value, "prompt"), null)];
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            throw JsonFields.Wrong("prompt", value, "a string, strings, token ids, or arrays of token ids");
        }

        return value[0].ValueKind switch
        {
            JsonValueKind.Number => [new CompletionPrompt(null, ReadIds(value, "prompt"))],
            JsonValueKind.Array => [.. value.EnumerateArray().Select((ids, index) => new CompletionPrompt(null, ReadIds(ids, $"prompt[{index}]")))],
            _ => [.. value.EnumerateArray().Select((text, index) => new CompletionPrompt(JsonFields.Text(text, $"prompt[{index}]"), null))],
        };
    }

    private static int[] ReadIds(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            throw JsonFields.Wrong(path, value, "an array of token ids");
        }

        return [.. value.EnumerateArray().Select((id, index) =>
            JsonFields.TryInteger(id, out var number) && number is >= 0 and <= int.MaxValue ? (int)number : throw JsonFields.Wrong($"{path}[{index}]", id, "a token id"))];
    }
}
