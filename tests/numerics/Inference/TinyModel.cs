using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LoraMesh.Formats;

namespace LoraMesh.NumericsTests.Inference;

/// <summary>A random two-layer Llama that speaks bytes, as a Hugging Face folder; the same seed gives the same bytes.</summary>
internal static class TinyModel
{
    public const int BeginToken = 256;
    public const int EndToken = 257;
    public const int VocabularySize = 260;

    private const int Hidden = 48;
    private const int Inner = 96;
    private const int Heads = 4;
    private const int KeyHeads = 2;
    private const int HeadDim = 12;
    private const int Layers = 2;

    private const string Template = "{% for message in messages %}<s>{{ message['role'] }}\n{{ message['content'] }}</s>{% endfor %}{% if add_generation_prompt %}<s>assistant\n{% endif %}";

    public static void Write(string folder, int seed = 1, int context = 256, string? template = null)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), Config(context).ToJsonString());
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), TokenizerJson().ToJsonString());
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), new JsonObject { ["bos_token"] = "<s>", ["eos_token"] = "</s>" }.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "chat_template.jinja"), template ?? Template);
        using var weights = File.Create(Path.Combine(folder, "model.safetensors"));
        SafetensorsWriter.Write(weights, Weights(new Random(seed)));
    }

    private static JsonObject Config(int context) => new()
    {
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["model_type"] = "llama",
        ["vocab_size"] = VocabularySize,
        ["hidden_size"] = Hidden,
        ["intermediate_size"] = Inner,
        ["num_hidden_layers"] = Layers,
        ["num_attention_heads"] = Heads,
        ["num_key_value_heads"] = KeyHeads,
        ["head_dim"] = HeadDim,
        ["hidden_act"] = "silu",
        ["max_position_embeddings"] = context,
        ["rms_norm_eps"] = 1e-6,
        ["rope_theta"] = 10000.0,
        ["tie_word_embeddings"] = false,
        ["bos_token_id"] = BeginToken,
        ["eos_token_id"] = EndToken,
    };

    // Every byte is a token, written as byte-level tokenizers write bytes.
    private static JsonObject TokenizerJson()
    {
        var vocabulary = new JsonObject();
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            var visible = value is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);
            vocabulary[((char)(visible ? value : next++)).ToString()] = value;
        }

        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(Special(BeginToken, "<s>"), Special(EndToken, "</s>"), Special(258, "<a>"), Special(259, "<b>")),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true },
            ["post_processor"] = null,
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["trim_offsets"] = true, ["use_regex"] = true },
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
        };
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

    // The head is large, so that the likeliest token is far ahead, and zero outside of printable ASCII, so that answers
    // are text and never end by themselves.
    private static IEnumerable<SafetensorsWriter.Entry> Weights(Random random)
    {
        yield return Random(random, "model.embed_tokens.weight", 1, VocabularySize, Hidden);
        for (var layer = 0; layer < Layers; layer++)
        {
            var prefix = $"model.layers.{layer}";
            yield return Random(random, $"{prefix}.self_attn.q_proj.weight", 0.2f, Heads * HeadDim, Hidden);
            yield return Random(random, $"{prefix}.self_attn.k_proj.weight", 0.2f, KeyHeads * HeadDim, Hidden);
            yield return Random(random, $"{prefix}.self_attn.v_proj.weight", 0.2f, KeyHeads * HeadDim, Hidden);
            yield return Random(random, $"{prefix}.self_attn.o_proj.weight", 0.3f, Hidden, Heads * HeadDim);
            yield return Random(random, $"{prefix}.mlp.gate_proj.weight", 0.2f, Inner, Hidden);
            yield return Random(random, $"{prefix}.mlp.up_proj.weight", 0.2f, Inner, Hidden);
            yield return Random(random, $"{prefix}.mlp.down_proj.weight", 0.2f, Hidden, Inner);
            yield return Ones($"{prefix}.input_layernorm.weight");
            yield return Ones($"{prefix}.post_attention_layernorm.weight");
        }

        yield return Ones("model.norm.weight");
        yield return Random(random, "lm_head.weight", 1, VocabularySize, Hidden, row => row is >= ' ' and <= '~');
    }

    private static SafetensorsWriter.Entry Random(Random random, string name, float size, int rows, int columns, Predicate<int>? isSet = null)
    {
        var data = new float[rows * columns];
        for (var i = 0; i < data.Length; i++)
        {
            var value = size * (float)((random.NextDouble() * 2) - 1);
            data[i] = isSet is null || isSet(i / columns) ? value : 0;
        }

        return new SafetensorsWriter.Entry(name, "F32", [rows, columns], MemoryMarshal.AsBytes<float>(data).ToArray());
    }

    private static SafetensorsWriter.Entry Ones(string name)
    {
        var data = new float[Hidden];
        Array.Fill(data, 1);
        return new SafetensorsWriter.Entry(name, "F32", [Hidden], MemoryMarshal.AsBytes<float>(data).ToArray());
    }
}
