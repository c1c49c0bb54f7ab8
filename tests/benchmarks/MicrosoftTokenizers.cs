using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace LoraMesh.Benchmarks;

/// <summary>
/// What Microsoft.ML.Tokenizers makes of the same vocabularies. It does not read tokenizer.json: pattern, vocabulary,
/// merges and added tokens are taken out of the file by hand, for each of its classes that serves the kind of model.
/// </summary>
internal static class MicrosoftTokenizers
{
    /// <summary>Their tokenizers for a folder with a tokenizer.json, by class.</summary>
    public static IReadOnlyList<(string Class, Func<string, IReadOnlyList<int>> Encode)> Of(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "tokenizer.json")));
        var file = document.RootElement;
        var model = file.GetProperty("model");
        if (model.GetProperty("type").GetString() == "Unigram" || model.GetProperty("byte_fallback").GetBoolean())
        {
            var pieces = SentencePieceTokenizer.Create(new MemoryStream(SentencePieceFile.From(file)), addBeginningOfSentence: true, addEndOfSentence: false, Added(file));
            return [("SentencePieceTokenizer", text => pieces.EncodeToIds(text))];
        }

        var options = new BpeOptions(Vocabulary(model).Select(token => KeyValuePair.Create(token.Name, token.Id)))
        {
            Merges = Merges(model).Select(pair => $"{pair.Left} {pair.Right}"),
            ByteLevel = true,
            PreTokenizer = PreTokenizer(file),
            SpecialTokens = Added(file),
        };
        var pairs = BpeTokenizer.Create(options);
        var ranks = TiktokenTokenizer.Create(Ranks(model), PreTokenizer(file), normalizer: null, Added(file));
        return [("BpeTokenizer", text => pairs.EncodeToIds(text)), ("TiktokenTokenizer", text => ranks.EncodeToIds(text))];
    }

    /// <summary>The added tokens and their ids.</summary>
    public static Dictionary<string, int> Added(JsonElement file) =>
        file.GetProperty("added_tokens").EnumerateArray().ToDictionary(token => token.GetProperty("content").GetString()!, token => token.GetProperty("id").GetInt32());

    /// <summary>The merges in their order.</summary>
    public static IEnumerable<(string Left, string Right)> Merges(JsonElement model) =>
        model.GetProperty("merges").EnumerateArray().Select(pair => pair.ValueKind == JsonValueKind.Array ? (pair[0].GetString()!, pair[1].GetString()!) : Halves(pair.GetString()!));

    /// <summary>The model's tokens by id.</summary>
    public static IEnumerable<(string Name, int Id)> Vocabulary(JsonElement model) =>
        model.GetProperty("vocab").EnumerateObject().Select(token => (token.Name, token.Value.GetInt32())).OrderBy(token => token.Item2);

    private static (string, string) Halves(string pair) => (pair[..pair.IndexOf(' ', StringComparison.Ordinal)], pair[(pair.IndexOf(' ', StringComparison.Ordinal) + 1)..]);

    private static RegexPreTokenizer PreTokenizer(JsonElement file)
    {
        var pattern = file.GetProperty("pre_tokenizer").GetProperty("pretokenizers")[0].GetProperty("pattern").GetProperty("Regex").GetString()!;
        return new RegexPreTokenizer(new Regex(pattern, RegexOptions.Compiled), Added(file));
    }

    // The file format of tiktoken: a token's bytes in base64 and its rank, which is its id here. It has no merges: a token
    // may grow out of any two others, and of all pairs the one with the lowest id goes first.
    private static MemoryStream Ranks(JsonElement model)
    {
        var bytes = ByteOfChar();
        var lines = Vocabulary(model).Where(token => token.Name.All(bytes.ContainsKey))
            .Select(token => $"{Convert.ToBase64String([.. token.Name.Select(c => bytes[c])])} {token.Id}");
        return new MemoryStream(Encoding.ASCII.GetBytes(string.Join('\n', lines)));
    }

    // GPT-2's table: printable Latin-1 stands for itself, the rest moved to U+0100 on.
    private static Dictionary<char, byte> ByteOfChar()
    {
        var moved = 0x100;
        return Enumerable.Range(0, 256).ToDictionary(b => b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)b : (char)moved++, b => (byte)b);
    }
}
