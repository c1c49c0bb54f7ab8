using System.Text.Json;
using LoraMesh.Model;
using LoraMesh.Text;
using static TorchSharp.torch;

namespace LoraMesh.NumericsTests.Gguf;

/// <summary>
/// The folders against what llama.cpp answers of the GGUF files made of them: since exports equal those files byte for byte
/// (<see cref="BaseExportTests"/>, <see cref="AdapterExportTests"/>), both ends of an export say the same.
/// </summary>
public sealed class LlamaCppGoldenTests
{
    // llama.cpp and transformers differ by up to 2.6e-5 on these texts; ours may be as far on the other side.
    private const double LogProbability = 1e-4;

    public static TheoryData<string, string?> Settings() => new()
    {
        { "llama", null }, { "llama", "adapter-0" }, { "llama", "adapter-1" }, { "qwen2", null }, { "qwen2", "adapter-0" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Logits_OfItsCompletions_GiveItsTokensAndProbabilities(string name, string? adapter)
    {
        var (folder, figures) = Read(name);
        using var model = CausalLm.Load(Path.Combine(folder, "base"));
        using var slot = adapter is null ? null : LoraAdapter.Load(Path.Combine(folder, adapter), model.Config);
        var tokenizer = Tokenizer.Load(Path.Combine(folder, "base"));
        var completions = figures.GetProperty("completions").EnumerateArray().Where(one => one.GetProperty("setting").GetString() == (adapter ?? "none")).ToArray();
        Assert.NotEmpty(completions);
        foreach (var completion in completions)
        {
            var (prompt, greedy) = (Ids(completion.GetProperty("prompt")), Ids(completion.GetProperty("greedy_ids")));
            Assert.Equal(prompt, tokenizer.Encode(completion.GetProperty("text").GetString()!).Select(id => (long)id));

            using var scope = NewDisposeScope();
            using var logits = model.Logits(new TokenBatch([.. prompt, .. greedy[..^1]], [prompt.Length + greedy.Length - 1]), slot);
            var scores = logits.log_softmax(1);
            foreach (var (step, likeliest) in completion.GetProperty("top10").EnumerateArray().Index())
            {
                var row = scores[prompt.Length - 1 + step].data<float>().ToArray();
                Assert.Equal(greedy[step], Array.IndexOf(row, row.Max()));
                Assert.All(likeliest.EnumerateArray(), one => Assert.Equal(one[1].GetDouble(), row[one[0].GetInt32()], LogProbability));
            }
        }
    }

    // llama-perplexity: windows side by side, each beginning with BOS if the model wants one; the second half of each counts.
    [Theory]
    [MemberData(nameof(Settings))]
    public void Logits_OfItsText_GiveItsPerplexity(string name, string? adapter)
    {
        var (folder, figures) = Read(name);
        var expected = figures.GetProperty("perplexity");
        var window = expected.GetProperty("window").GetInt32();
        using var model = CausalLm.Load(Path.Combine(folder, "base"));
        using var slot = adapter is null ? null : LoraAdapter.Load(Path.Combine(folder, adapter), model.Config);
        var tokenizer = Tokenizer.Load(Path.Combine(folder, "base"));
        var text = File.ReadAllText(Path.Combine(folder, expected.GetProperty("file").GetString()!));
        var ids = tokenizer.Encode(text).Select(id => (long)id).ToArray();
        var begins = ids.Length > tokenizer.Encode(text, addSpecialTokens: false).Count;

        double sum = 0;
        var count = 0;
        for (var start = 0; start + window <= ids.Length; start += window)
        {
            using var scope = NewDisposeScope();
            long[] tokens = [.. ids.AsSpan(start, window)];
            tokens[0] = begins ? ids[0] : tokens[0];
            using var logits = model.Logits(new TokenBatch(tokens, [window]), slot);
            var scores = logits.log_softmax(1);
            for (var at = window / 2; at < window - 1; at++, count++)
            {
                sum -= scores[at, tokens[at + 1]].item<float>();
            }
        }

        var value = expected.GetProperty("values").GetProperty(adapter ?? "none").GetDouble();
        Assert.Equal(value, Math.Exp(sum / count), value * LogProbability);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen2")]
    public void Template_OfTheBase_RendersAsItDoes(string name)
    {
        var (folder, figures) = Read(name);
        var template = ChatTemplate.Load(Path.Combine(folder, "base"));
        var messages = ((string Role, string Content)[])[("system", "S"), ("user", "Hi"), ("assistant", "Ho"), ("user", "Hum")];

        var rendered = template.Render(ChatRequest.FromMessages([.. messages.Select(message => new ChatMessage { Role = message.Role, Content = message.Content })], addGenerationPrompt: true));

        Assert.Equal(figures.GetProperty("chat_template_rendered").GetString(), rendered.Text);
    }

    private static (string Folder, JsonElement Figures) Read(string name)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "golden", "gguf", name);
        return (folder, JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json"))).RootElement);
    }

    private static long[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(id => id.GetInt64())];
}
