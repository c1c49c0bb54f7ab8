using System.Globalization;
using System.Text.Json;
using LoraMesh.Inference.Models;
using LoraMesh.Model;

namespace LoraMesh.Inference.Api;

// Reads the fields that chat and text completions share. Unknown fields are passed over; fields that mean something
// to OpenAI or vLLM and nothing here are refused, since an answer that ignores them would be a wrong answer.
internal static class SettingsReader
{
    public const int MaxStopStrings = 4;
    public const int MaxStopTokens = 64;
    public const int MaxStopLength = 1024;

    private static readonly (string Name, Func<JsonElement, bool> IsHarmless, string Instead)[] Unsupported =
    [
        ("functions", IsEmpty, "leave it out"),
        ("function_call", value => IsWord(value, "none") || IsWord(value, "auto"), "leave it out, or send \"none\""),
        ("modalities", value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && IsWord(value[0], "text"), "leave it out, or send [\"text\"]"),
        ("audio", _ => false, "leave it out"),
        ("prediction", _ => false, "leave it out"),
        ("web_search_options", _ => false, "leave it out"),
        ("reasoning_effort", value => IsWord(value, "none"), "leave it out"),
        ("verbosity", value => IsWord(value, "medium"), "leave it out"),
        ("suffix", value => IsWord(value, ""), "leave it out"),
        ("guided_grammar", _ => false, "use guided_json, guided_regex or guided_choice"),
        ("grammar", _ => false, "use guided_json, guided_regex or guided_choice"),
        ("prompt_logprobs", _ => false, "leave it out"),
        ("lora", _ => false, "name the adapter in 'model'"),
    ];

    public static GenerationSettings Read(JsonElement body, int maxChoices, int? topLogProbabilities, int? defaultMaxTokens)
    {
        var fields = new JsonFields(body);
        foreach (var (name, isHarmless, instead) in Unsupported)
        {
            if (fields.Find(name) is { } value && !isHarmless(value))
            {
                throw RequestException.Invalid(name, $"The field '{name}' is not supported here; {instead}.", "unsupported_parameter");
            }
        }

        var stream = fields.Flag("stream");
        var constraint = ConstraintReader.Read(fields);
        var maxTokens = (int?)(fields.Integer("max_completion_tokens", 1, int.MaxValue) ?? fields.Integer("max_tokens", 1, int.MaxValue)) ?? defaultMaxTokens;
        return new GenerationSettings
        {
            MinTokens = ReadMinTokens(fields, maxTokens, constraint),
            IgnoresEnd = ReadIgnoresEnd(fields, constraint),
            StopTokens = ReadStopTokens(fields),
            Model = fields.Text("model"),
            User = fields.OptionalText("user"),
            Sampling = ReadSampling(fields),
            Seed = fields.Integer("seed", long.MinValue, long.MaxValue),
            MaxTokens = maxTokens,
            Choices = (int?)fields.Integer("n", 1, maxChoices) ?? 1,
            Stop = ReadStop(fields),
            TopLogProbabilities = topLogProbabilities,
            Constraint = constraint,
            Stream = stream,
            IncludeUsage = ReadIncludeUsage(fields, stream),
        };
    }

    private static SamplingOptions ReadSampling(JsonFields fields)
    {
        var topP = fields.Number("top_p", 0, 1) ?? 1;
        return new SamplingOptions
        {
            Temperature = fields.Number("temperature", 0, 2) ?? 1,
            // OpenAI takes 0 and means the single likeliest token by it.
            TopP = topP == 0 ? double.Epsilon : topP,
            // vLLM's clients write -1 for "all".
            TopK = (int)Math.Max(0, fields.Integer("top_k", -1, int.MaxValue) ?? 0),
            MinP = fields.Number("min_p", 0, 1) ?? 0,
            PresencePenalty = fields.Number("presence_penalty", -2, 2) ?? 0,
            FrequencyPenalty = fields.Number("frequency_penalty", -2, 2) ?? 0,
            RepetitionPenalty = fields.Number("repetition_penalty", 0.01, 100) ?? 1,
            LogitBias = ReadBias(fields),
        };
    }

    private static Dictionary<int, double> ReadBias(JsonFields fields)
    {
        var biases = new Dictionary<int, double>();
        if (fields.Find("logit_bias") is not { } value)
        {
            return biases;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw JsonFields.Wrong("logit_bias", value, "an object of token ids and biases");
        }

        foreach (var entry in value.EnumerateObject())
        {
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                throw RequestException.Invalid("logit_bias", $"'{entry.Name}' in 'logit_bias' is not a token id; expected digits only.");
            }

            biases[id] = new JsonFields(value).Number(entry.Name, -100, 100) ?? 0;
        }

        return biases;
    }

    private static List<string> ReadStop(JsonFields fields)
    {
        if (fields.Find("stop") is not { } value)
        {
            return [];
        }

        JsonElement[] entries = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        if (entries.Length > MaxStopStrings)
        {
            throw RequestException.Invalid("stop", $"'stop' holds {entries.Length} strings; expected at most {MaxStopStrings}.");
        }

        var stops = new List<string>();
        foreach (var entry in entries)
        {
            var stop = JsonFields.Text(entry, "stop");
            if (stop.Length is 0 or > MaxStopLength)
            {
                throw RequestException.Invalid("stop", $"A string in 'stop' has {stop.Length} characters; expected 1 to {MaxStopLength}.");
            }

            stops.Add(stop);
        }

        return stops;
    }

    private static int ReadMinTokens(JsonFields fields, int? maxTokens, AnswerConstraint? constraint)
    {
        var least = (int)(fields.Integer("min_tokens", 0, int.MaxValue) ?? 0);
        return least > maxTokens ? throw RequestException.Invalid("min_tokens", $"'min_tokens' is {least}, more than the {maxTokens} that the answer may have.")
            : least > 0 && constraint is not null ? throw RequestException.Invalid("min_tokens", $"'min_tokens' cannot be kept beside '{constraint.Param}', which says where the answer ends; send one of them.")
            : least;
    }

    private static bool ReadIgnoresEnd(JsonFields fields, AnswerConstraint? constraint) =>
        fields.Flag("ignore_eos") && (constraint is null ? true
            : throw RequestException.Invalid("ignore_eos", $"'ignore_eos' cannot be kept beside '{constraint.Param}', which says where the answer ends; send one of them."));

    private static List<int> ReadStopTokens(JsonFields fields)
    {
        if (fields.Find("stop_token_ids") is not { } value)
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= MaxStopTokens
            ? [.. value.EnumerateArray().Select((id, index) => JsonFields.TryInteger(id, out var number) && number is >= 0 and <= int.MaxValue ? (int)number : throw JsonFields.Wrong($"stop_token_ids[{index}]", id, "a token id"))]
            : throw JsonFields.Wrong("stop_token_ids", value, $"at most {MaxStopTokens} token ids");
    }

    private static bool ReadIncludeUsage(JsonFields fields, bool stream)
    {
        if (fields.Find("stream_options") is not { } value)
        {
            return false;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw JsonFields.Wrong("stream_options", value, "an object");
        }

        return stream
            ? new JsonFields(value).Flag("include_usage")
            : throw RequestException.Invalid("stream_options", "'stream_options' belongs to 'stream': true; leave it out or stream.");
    }

    private static bool IsEmpty(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;

    private static bool IsWord(JsonElement value, string word) => value.ValueKind == JsonValueKind.String && value.ValueEquals(word);
}
