using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraMesh.BaseModel.Tokenization;

/// <summary>Writes a trained vocabulary as the files of a Hugging Face tokenizer with a ChatML template.</summary>
public static class TokenizerFiles
{
    /// <summary>Special tokens, numbered after the learned symbols in this order.</summary>
    public static readonly IReadOnlyList<string> Special =
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|reserved_0|>", "<|reserved_1|>", "<|reserved_2|>", "<|reserved_3|>", "<|reserved_4|>"];

    /// <summary>ChatML; the generation block marks what the model has to learn: the answer and its end.</summary>
    public const string ChatTemplate =
        "{% for message in messages %}{% if message['role'] == 'assistant' %}{{ '<|im_start|>assistant\\n' }}{% generation %}{{ message['content'] + '<|im_end|>' }}{% endgeneration %}{{ '\\n' }}"
        + "{% else %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endif %}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes tokenizer.json, tokenizer_config.json, special_tokens_map.json, chat_template.jinja and generation_config.json.</summary>
    public static async Task WriteAsync(Merges merges, int contextLength, string directory, CancellationToken cancellation)
    {
        Directory.CreateDirectory(directory);
        await WriteJsonAsync("tokenizer.json", Tokenizer(merges));
        await WriteJsonAsync("tokenizer_config.json", Config(merges, contextLength));
        await WriteJsonAsync("special_tokens_map.json", new JsonObject { ["bos_token"] = Special[0], ["eos_token"] = Special[2], ["pad_token"] = Special[0] });
        await WriteJsonAsync("generation_config.json", new JsonObject
        {
            ["bos_token_id"] = IdOf(merges, 0),
            ["eos_token_id"] = new JsonArray(IdOf(merges, 2), IdOf(merges, 0)),
            ["pad_token_id"] = IdOf(merges, 0),
        });
        await File.WriteAllTextAsync(Path.Combine(directory, "chat_template.jinja"), ChatTemplate, cancellation);

        Task WriteJsonAsync(string name, JsonObject content) =>
            File.WriteAllTextAsync(Path.Combine(directory, name), content.ToJsonString(Indented) + "\n", cancellation);
    }

    private static int IdOf(Merges merges, int special) => merges.Symbols.Count + special;

    private static JsonObject Tokenizer(Merges merges) => new()
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray([.. Special.Select((content, index) => Added(content, IdOf(merges, index)))]),
        ["normalizer"] = null,
        ["pre_tokenizer"] = new JsonObject
        {
            ["type"] = "Sequence",
            ["pretokenizers"] = new JsonArray(
                new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = BpeTrainer.PiecePattern }, ["behavior"] = "Isolated", ["invert"] = false },
                ByteLevel(useRegex: false)),
        },
        ["post_processor"] = null,
        ["decoder"] = ByteLevel(useRegex: true),
        ["model"] = new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = null,
            ["continuing_subword_prefix"] = null,
            ["end_of_word_suffix"] = null,
            ["fuse_unk"] = false,
            ["byte_fallback"] = false,
            ["ignore_merges"] = false,
            ["vocab"] = new JsonObject(merges.Symbols.Select((symbol, id) => KeyValuePair.Create(symbol, (JsonNode?)id))),
            ["merges"] = new JsonArray([.. merges.Pairs.Select(pair => (JsonNode)$"{merges.Symbols[pair.Left]} {merges.Symbols[pair.Right]}")]),
        },
    };

    private static JsonObject Config(Merges merges, int contextLength) => new()
    {
        ["tokenizer_class"] = "PreTrainedTokenizerFast",
        ["model_max_length"] = contextLength,
        ["add_bos_token"] = false,
        ["add_eos_token"] = false,
        ["clean_up_tokenization_spaces"] = false,
        ["bos_token"] = Special[0],
        ["eos_token"] = Special[2],
        ["pad_token"] = Special[0],
        ["chat_template"] = ChatTemplate,
        ["added_tokens_decoder"] = new JsonObject(Special.Select((content, index) =>
        {
            var token = Added(content, 0);
            token.Remove("id");
            return KeyValuePair.Create($"{IdOf(merges, index)}", (JsonNode?)token);
        })),
    };

    private static JsonObject ByteLevel(bool useRegex) => new()
    {
        ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = useRegex,
    };

    private static JsonObject Added(string content, int id) => new()
    {
        ["id"] = id, ["content"] = content, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true,
    };
}
