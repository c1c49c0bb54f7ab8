using System.Text;
using System.Text.Json.Nodes;
using LoraMesh.Text;

namespace LoraMesh.Benchmarks;

/// <summary>Encoding in megabytes of UTF-8 a processor second, ours beside Microsoft.ML.Tokenizers on the same vocabulary; renderings a second.</summary>
internal static class TextBenchmark
{
    private const int Rounds = 15;
    private const int TextLength = 200_000;

    public static void Run()
    {
        Console.WriteLine($"{"tokenizer",-18}{"text",-9}{"LoraMesh",10}   others (ratio of ours to theirs)");
        foreach (var folder in ExactnessCount.Folders())
        {
            foreach (var (kind, text) in SampleTexts.All(TextLength))
            {
                Encode(folder, kind, text);
            }
        }

        Console.WriteLine();
        foreach (var folder in Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "golden", "chat")).Order(StringComparer.Ordinal))
        {
            Render(folder);
        }
    }

    private static void Encode(string folder, string kind, string text)
    {
        // Documents as they come in a dataset: 2,000 characters each. Nothing is kept from one round to the next but the words each library caches.
        var documents = text.Chunk(2000).Select(chars => new string(chars)).ToArray();
        var megabytes = documents.Sum(Encoding.UTF8.GetByteCount) / 1e6;
        var ours = Tokenizer.Load(folder);
        var theirs = MicrosoftTokenizers.Of(folder);
        var seconds = Interleaved.Measure(Rounds, [() => All(documents, document => ours.Encode(document, addSpecialTokens: false)), .. theirs.Select(their => (Action)(() => All(documents, their.Encode)))]);
        var others = theirs.Select((their, i) => $"{their.Class} {megabytes / seconds[i + 1]:0.0} ({seconds[i + 1] / seconds[0]:0.00})");
        Console.WriteLine($"{Path.GetFileName(folder),-18}{kind,-9}{megabytes / seconds[0],5:0.0} MB/s   {string.Join(", ", others)}");
    }

    private static void All(string[] documents, Func<string, IReadOnlyList<int>> encode)
    {
        foreach (var document in documents)
        {
            _ = encode(document);
        }
    }

    private static void Render(string folder)
    {
        var cases = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "cases.json")))!["cases"]!.AsArray();
        var template = ChatTemplate.Parse(File.ReadAllText(Path.Combine(folder, "template.jinja")), new Dictionary<string, string> { ["bos_token"] = "<s>", ["eos_token"] = "</s>" });
        var requests = cases.Where(golden => golden!["expected"] is not null && golden["continue_final_message"]?.GetValue<bool>() != true).Select(golden => new ChatRequest
        {
            Messages = golden!["messages"]!.AsArray(),
            Tools = golden["tools"] as JsonArray,
            Documents = golden["documents"] as JsonArray,
            AddGenerationPrompt = golden["add_generation_prompt"]?.GetValue<bool>() ?? false,
            Variables = golden["kwargs"] as JsonObject,
            Now = DateTimeOffset.UnixEpoch,
        }).ToArray();
        const int Repeats = 20;
        var (characters, renderings) = (0L, requests.Length * Repeats);
        var seconds = Interleaved.Measure(Rounds, () =>
        {
            characters = 0;
            for (var i = 0; i < Repeats; i++)
            {
                characters += requests.Sum(request => (long)template.Render(request).Text.Length);
            }
        })[0];
        Console.WriteLine($"{Path.GetFileName(folder),-18}{requests.Length,4} conversations{renderings / seconds,10:N0} renderings/s, {characters / (double)renderings:0} characters each");
    }
}
