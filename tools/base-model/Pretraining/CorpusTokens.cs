using System.Text.Json;
using LoraMesh.Text;

namespace LoraMesh.BaseModel.Pretraining;

/// <summary>The corpus as token sequences: chats through the model's own template, prose between end-of-text tokens.</summary>
internal static class CorpusTokens
{
    private const string EndOfText = "<|endoftext|>";

    /// <summary>Reads and tokenizes every document; sequences longer than the context are cut.</summary>
    internal static List<int[]> Read(string path, string modelFolder, int context, IProgress<string> progress)
    {
        var tokenizer = Tokenizer.Load(modelFolder);
        var chats = new ChatEncoder(tokenizer, ChatTemplate.Load(modelFolder));
        var end = tokenizer.TokenToId(EndOfText) ?? throw new InvalidDataException($"{modelFolder}: the tokenizer has no {EndOfText}.");
        var documents = new List<int[]>();
        long tokens = 0;
        foreach (var line in File.ReadLines(path))
        {
            using var json = JsonDocument.Parse(line);
            IReadOnlyList<int> ids = json.RootElement.TryGetProperty("text", out var text)
                ? [end, .. tokenizer.Encode(text.GetString()!, addSpecialTokens: false), end]
                : chats.Encode(ChatRequest.FromMessages(Messages(json.RootElement))).Ids;
            documents.Add([.. ids.Take(context)]);
            tokens += documents[^1].Length;
            if (documents.Count % 50_000 == 0)
            {
                progress.Report($"tokenized {documents.Count:N0} documents, {tokens:N0} tokens");
            }
        }

        progress.Report($"corpus: {documents.Count:N0} documents, {tokens:N0} tokens");
        return documents;
    }

    private static List<ChatMessage> Messages(JsonElement document) =>
    [
        .. document.GetProperty("messages").EnumerateArray().Select(message => new ChatMessage
        {
            Role = message.GetProperty("role").GetString()!,
            Content = message.GetProperty("content").GetString()!,
        }),
    ];
}
