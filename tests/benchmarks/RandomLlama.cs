using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LoraMesh.Formats;

namespace LoraMesh.Benchmarks;

/// <summary>A Llama of random weights in bf16, written as a Hugging Face folder.</summary>
internal sealed record RandomLlama(int Hidden, int Inner, int Layers, int Heads, int KeyHeads, int Vocabulary, int Context = 2048)
{
    internal int HeadDim => Hidden / Heads;

    /// <summary>Weights that a token is multiplied with: every matrix but the embedding.</summary>
    internal long MatmulWeights => Linears().Sum(linear => (long)linear.In * linear.Out) + (long)Hidden * Vocabulary;

    /// <summary>Every linear module of the layers, by its path.</summary>
    internal IEnumerable<(string Path, int In, int Out)> Linears() => Enumerable.Range(0, Layers).SelectMany(layer => ((string, int, int)[])
    [
        ($"model.layers.{layer}.self_attn.q_proj", Hidden, Hidden),
        ($"model.layers.{layer}.self_attn.k_proj", Hidden, HeadDim * KeyHeads),
        ($"model.layers.{layer}.self_attn.v_proj", Hidden, HeadDim * KeyHeads),
        ($"model.layers.{layer}.self_attn.o_proj", Hidden, Hidden),
        ($"model.layers.{layer}.mlp.gate_proj", Hidden, Inner),
        ($"model.layers.{layer}.mlp.up_proj", Hidden, Inner),
        ($"model.layers.{layer}.mlp.down_proj", Inner, Hidden),
    ]);

    /// <summary>Writes config.json and model.safetensors.</summary>
    internal void Write(string folder)
    {
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["model_type"] = "llama",
            ["vocab_size"] = Vocabulary,
            ["hidden_size"] = Hidden,
            ["intermediate_size"] = Inner,
            ["num_hidden_layers"] = Layers,
            ["num_attention_heads"] = Heads,
            ["num_key_value_heads"] = KeyHeads,
            ["hidden_act"] = "silu",
            ["max_position_embeddings"] = Context,
            ["rms_norm_eps"] = 1e-5,
            ["rope_theta"] = 10000.0,
            ["tie_word_embeddings"] = false,
            ["torch_dtype"] = "bfloat16",
        };
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        using var file = File.Create(Path.Combine(folder, "model.safetensors"));
        SafetensorsWriter.WriteParts(file, Shapes().Select(tensor => new SafetensorsWriter.Part(tensor.Name, "BF16", tensor.Shape, stream => WriteRandom(stream, tensor.Shape.Aggregate(1L, (product, size) => product * size)))));
    }

    private IEnumerable<(string Name, long[] Shape)> Shapes()
    {
        yield return ("model.embed_tokens.weight", [Vocabulary, Hidden]);
        yield return ("lm_head.weight", [Vocabulary, Hidden]);
        yield return ("model.norm.weight", [Hidden]);
        for (var layer = 0; layer < Layers; layer++)
        {
            yield return ($"model.layers.{layer}.input_layernorm.weight", [Hidden]);
            yield return ($"model.layers.{layer}.post_attention_layernorm.weight", [Hidden]);
        }

        foreach (var (path, inputs, outputs) in Linears())
        {
            yield return ($"{path}.weight", [outputs, inputs]);
        }
    }

    // Numbers of a size between 2^-8 and 2^-6, of either sign.
    private static void WriteRandom(Stream stream, long count)
    {
        var random = new Random(1);
        var numbers = new ushort[4096];
        for (; count > 0; count -= numbers.Length)
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = (ushort)(random.Next(0x3B80, 0x3C80) | (random.Next(2) << 15));
            }

            stream.Write(MemoryMarshal.AsBytes(numbers.AsSpan(0, (int)Math.Min(count, numbers.Length))));
        }
    }
}
