using System.Text.Json;
using LoraMesh.Text;

namespace LoraMesh.Benchmarks;

/// <summary>On how many strings of the golden data do ids differ from Hugging Face tokenizers': ours and Microsoft.ML.Tokenizers'?</summary>
internal static class ExactnessCount
{
    public static void Run()
    {
        Console.WriteLine($"{"tokenizer",-18}{"by",-24}{"strings",8}{"differ",8}{"failed",8}   the first that differs");
        foreach (var folder in Folders())
        {
            var cases = File.ReadLines(Path.Combine(folder, "cases.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
            var ours = Tokenizer.Load(folder);
            Count(folder, "LoraMesh", cases, "ids_plain", text => ours.Encode(text, addSpecialTokens: false));
            foreach (var (name, encode) in MicrosoftTokenizers.Of(folder))
            {
                // Their SentencePiece class adds the beginning itself; the others add nothing.
                Count(folder, name, cases, name == "SentencePieceTokenizer" && !folder.EndsWith("unigram", StringComparison.Ordinal) ? "ids" : "ids_plain", encode);
            }
        }
    }

    public static IEnumerable<string> Folders() => Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "golden", "tokenizers")).Order(StringComparer.Ordinal);

    private static void Count(string folder, string name, JsonElement[] cases, string member, Func<string, IReadOnlyList<int>> encode)
    {
        var (differ, failed, first) = (0, 0, "");
        foreach (var golden in cases)
        {
            var text = golden.GetProperty("text").GetString()!;
            IReadOnlyList<int> ids;
            try
            {
                ids = encode(text);
            }
            catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or IndexOutOfRangeException or KeyNotFoundException)
            {
                failed++;
                continue;
            }

            if (!ids.SequenceEqual(golden.GetProperty(member).EnumerateArray().Select(id => id.GetInt32())))
            {
                differ++;
                first = first.Length == 0 ? JsonSerializer.Serialize(text.Length > 30 ? text[..30] : text) : first;
            }
        }

        Console.WriteLine($"{Path.GetFileName(folder),-18}{name,-24}{cases.Length,8}{differ,8}{failed,8}   {first}");
    }
}
