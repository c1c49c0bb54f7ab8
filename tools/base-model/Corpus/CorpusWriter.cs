using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace LoraMesh.BaseModel.Corpus;

/// <summary>Draws documents until the corpus is large enough, keeps each once, and writes JSON lines.</summary>
public sealed partial class CorpusWriter(CorpusMix mix, IProgress<string> progress)
{
    /// <summary>Characters to a token, measured with the tokenizer trained on this corpus.</summary>
    public const double CharactersPerToken = 3.5;

    private const int ReportEvery = 20_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes about <paramref name="tokens"/> tokens of documents to <paramref name="path"/>, in drawn (random) order.</summary>
    /// <returns>Documents and characters of content written.</returns>
    public async Task<(int Documents, long Characters)> WriteAsync(string path, long tokens, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await using var writer = new StreamWriter(path);
        var seen = new HashSet<string>();
        var (documents, characters, drawn) = (0, 0L, 0);
        while (characters < tokens * CharactersPerToken)
        {
            cancellation.ThrowIfCancellationRequested();
            var document = mix.Next();
            var line = JsonSerializer.Serialize(document, Json);
            drawn++;
            if (drawn > 1000 && documents < drawn / 10)
            {
                throw new InvalidOperationException($"Corpus: only {documents} of {drawn} drawn documents are new. The grammar is too small for {tokens} tokens; ask for fewer.");
            }

            if (Unwanted().IsMatch(line) || !seen.Add(line))
            {
                continue;
            }

            await writer.WriteLineAsync(line.AsMemory(), cancellation);
            characters += document.Text?.Length ?? document.Messages!.Sum(turn => turn.Content.Length + 8);
            if (++documents % ReportEvery == 0)
            {
                progress.Report($"{documents} documents, {characters / CharactersPerToken / 1e6:F1} of {tokens / 1e6:F1} million tokens");
            }
        }

        return (documents, characters);
    }

    // Words that a small company model has no business knowing, and the product names of the sample data, which
    // the base model must never have met.
    [GeneratedRegex(@"\b(kestrel\w*|lumora|brambix|quenda|oxmere|tarnwick|zephira|pavonis|piss\w*|fuck\w*|shit\w*|cunt\w*|whore\w*|prostitut\w*|penis\w*|vagina\w*|sexual\w*|intercourse|genital\w*|masturbat\w*|orgasm\w*|nigg\w*|negro\w*|rape\w*|rapist\w*|suicid\w*|nazi\w*|hitler|homosexual\w*|lesbian\w*|pornograph\w*|slut\w*|bastard\w*|bitch\w*|faggot\w*|semen|testic\w*|breast\w*|buttocks|anus|rectum|urin\w*|feces|defecat\w*|excrement|ethnic\w*|slur)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Unwanted();
}
