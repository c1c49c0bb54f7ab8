using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraMesh.UnitTests.DatasetPrep;

/// <summary>A base model's text files: one token a byte, and a template with two marks a message.</summary>
internal static class TinyModel
{
    public const string Start = "<|start|>";
    public const string End = "<|end|>";

    public const string Template =
        "{%- for message in messages %}" +
        "{%- if message.content == 'REFUSE' %}{{ raise_exception('REFUSE is not allowed') }}{% endif %}" +
        "{{- '<|start|>' + message.role + '\\n' }}" +
        "{%- if message.role == 'assistant' %}{%- generation %}{{- (message.content if message.content != 'DROP' else '') + ('<|end|>' if message.content != 'DROP' else '') }}{%- endgeneration %}" +
        "{%- else %}{{- message.content + '<|end|>' }}{%- endif %}{{- '\\n' }}{%- endfor %}" +
        "{%- if add_generation_prompt %}{{- '<|start|>assistant\\n' }}{%- endif %}";

    /// <summary>The files by name.</summary>
    public static IReadOnlyDictionary<string, string> Files(int maxPositions = 4096) => new Dictionary<string, string>
    {
        ["tokenizer.json"] = Tokenizer(),
        ["tokenizer_config.json"] = JsonSerializer.Serialize(new { bos_token = Start, eos_token = End }),
        ["chat_template.jinja"] = Template,
        ["config.json"] = JsonSerializer.Serialize(new { max_position_embeddings = maxPositions }),
    };

    public static string Write(TemporaryFolder folder, int maxPositions = 4096)
    {
        foreach (var (name, content) in Files(maxPositions))
        {
            folder.Write("model/" + name, System.Text.Encoding.UTF8.GetBytes(content));
        }

        return folder.File("model");
    }

    private static string Tokenizer()
    {
        var vocabulary = new JsonObject();
        var shifted = 0;
        for (var value = 0; value < 256; value++)
        {
            // GPT-2's alphabet: printable bytes stand for themselves, the others for the chars from U+0100 on.
            var printable = value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;
            vocabulary[((char)(printable ? value : 256 + shifted++)).ToString()] = value;
        }

        vocabulary[Start] = 256;
        vocabulary[End] = 257;
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(Special(256, Start), Special(257, End)),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true },
            ["post_processor"] = null,
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["trim_offsets"] = true, ["use_regex"] = true },
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
        }.ToJsonString();
    }

    private static JsonObject Special(int id, string content) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };
}
