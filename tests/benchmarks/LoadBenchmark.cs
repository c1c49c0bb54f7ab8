using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LoraMesh.Formats;
using LoraMesh.Model;

namespace LoraMesh.Benchmarks;

/// <summary>Time and memory from a folder of safetensors to the first logits: a random Llama of 207 million weights in bf16, 414 MB.</summary>
internal static class LoadBenchmark
{
    private const int Hidden = 1024;
    private const int Inner = 2816;
    private const int Layers = 12;
    private const int Heads = 16;
    private const int KeyHeads = 8;
    private const int Vocabulary = 32_000;
    private const int Rounds = 5;

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("loramesh-load-").FullName;
        try
        {
            Write(folder);
            TorchRuntime.Initialize(threads: 1);
            var bytes = new FileInfo(Path.Combine(folder, "model.safetensors")).Length;
            var before = ResidentBytes("VmRSS");
            var (open, first) = (new (double Wall, double Cpu)[Rounds], new (double Wall, double Cpu)[Rounds]);
            for (var round = 0; round < Rounds; round++)
            {
                CausalLm? model = null;
                open[round] = Time(() => model = CausalLm.Load(folder));
                first[round] = Time(() =>
                {
                    using var logits = model!.Logits(new TokenBatch([.. Enumerable.Range(1, 16).Select(id => (long)id)], [16]), adapter: null);
                    _ = logits.data<float>()[0];
                });
                model!.Dispose();
            }

            Console.WriteLine($"{bytes / 1e6:0} MB of bf16 weights, in the system's page cache; one thread; medians of {Rounds}");
            Console.WriteLine($"open          {Text(open)}");
            Console.WriteLine($"first logits  {Text(first)}   (16 ids)");
            Console.WriteLine($"resident      {before / 1e6:0} MB before, {ResidentBytes("VmHWM") / 1e6:0} MB at most, mapped pages of the file included");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Text((double Wall, double Cpu)[] times) =>
        $"{Interleaved.Median([.. times.Select(time => time.Wall)]) * 1000,7:0} ms, {Interleaved.Median([.. times.Select(time => time.Cpu)]) * 1000,7:0} ms of processor time";

    private static (double Wall, double Cpu) Time(Action action)
    {
        var (wall, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        action();
        return (Stopwatch.GetElapsedTime(wall).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    // Linux says it in kB of 1,024 bytes.
    private static long ResidentBytes(string name) =>
        1024 * long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture);

    private static void Write(string folder)
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
            ["max_position_embeddings"] = 2048,
            ["rms_norm_eps"] = 1e-5,
            ["rope_theta"] = 10000.0,
            ["tie_word_embeddings"] = false,
            ["torch_dtype"] = "bfloat16",
        };
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        using var file = File.Create(Path.Combine(folder, "model.safetensors"));
        SafetensorsWriter.WriteParts(file, Shapes().Select(tensor => new SafetensorsWriter.Part(tensor.Name, "BF16", tensor.Shape, stream => WriteRandom(stream, tensor.Shape.Aggregate(1L, (product, size) => product * size)))));
    }

    private static IEnumerable<(string Name, long[] Shape)> Shapes()
    {
        yield return ("model.embed_tokens.weight", [Vocabulary, Hidden]);
        yield return ("lm_head.weight", [Vocabulary, Hidden]);
        yield return ("model.norm.weight", [Hidden]);
        for (var layer = 0; layer < Layers; layer++)
        {
            var at = $"model.layers.{layer}.";
            yield return ($"{at}input_layernorm.weight", [Hidden]);
            yield return ($"{at}post_attention_layernorm.weight", [Hidden]);
            yield return ($"{at}self_attn.q_proj.weight", [Hidden, Hidden]);
            yield return ($"{at}self_attn.k_proj.weight", [Hidden / Heads * KeyHeads, Hidden]);
            yield return ($"{at}self_attn.v_proj.weight", [Hidden / Heads * KeyHeads, Hidden]);
            yield return ($"{at}self_attn.o_proj.weight", [Hidden, Hidden]);
            yield return ($"{at}mlp.gate_proj.weight", [Inner, Hidden]);
            yield return ($"{at}mlp.up_proj.weight", [Inner, Hidden]);
            yield return ($"{at}mlp.down_proj.weight", [Hidden, Inner]);
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
