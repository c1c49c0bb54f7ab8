using System.Text.Json;
using Google.Protobuf;

namespace LoraMesh.Benchmarks;

/// <summary>
/// A tokenizer.json's vocabulary as the file of SentencePiece, which is what Microsoft.ML.Tokenizers reads for such models.
/// Field numbers: sentencepiece_model.proto of the SentencePiece project.
/// </summary>
internal static class SentencePieceFile
{
    private const int Normal = 1;
    private const int Unknown = 2;
    private const int Control = 3;
    private const int Byte = 6;

    /// <summary>The bytes of the file.</summary>
    public static byte[] From(JsonElement file)
    {
        var model = file.GetProperty("model");
        var isUnigram = model.GetProperty("type").GetString() == "Unigram";
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            foreach (var (piece, score) in isUnigram ? Scores(model) : Ranks(model))
            {
                Message(output, 1, part =>
                {
                    Text(part, 1, piece);
                    part.WriteTag(2, WireFormat.WireType.Fixed32);
                    part.WriteFloat(score);
                    Number(part, 3, Kind(piece));
                });
            }

            Message(output, 2, part =>
            {
                Number(part, 3, isUnigram ? 1 : 2);
                Number(part, 35, model.TryGetProperty("byte_fallback", out var fallback) && fallback.GetBoolean() ? 1 : 0);
            });
            Message(output, 3, part =>
            {
                Text(part, 1, "identity");
                Number(part, 3, 1);
                Number(part, 4, 0);
                Number(part, 5, 1);
            });
        }

        return stream.ToArray();
    }

    private static int Kind(string piece) => piece switch
    {
        "<unk>" => Unknown,
        "<s>" or "</s>" or "<pad>" => Control,
        _ => piece is ['<', '0', 'x', _, _, '>'] ? Byte : Normal,
    };

    private static IEnumerable<(string Piece, float Score)> Scores(JsonElement model) =>
        model.GetProperty("vocab").EnumerateArray().Select(pair => (pair[0].GetString()!, pair[1].GetSingle()));

    // A merge's rank is the score of what it makes.
    private static IEnumerable<(string Piece, float Score)> Ranks(JsonElement model)
    {
        var ranks = MicrosoftTokenizers.Merges(model).Select((pair, rank) => (pair.Left + pair.Right, rank)).ToLookup(merge => merge.Item1, merge => merge.rank);
        return MicrosoftTokenizers.Vocabulary(model).Select(token => (token.Name, ranks.Contains(token.Name) ? -ranks[token.Name].Min() : -1e6f));
    }

    private static void Message(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var part = new CodedOutputStream(stream, leaveOpen: true))
        {
            write(part);
        }

        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(stream.ToArray()));
    }

    private static void Text(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static void Number(CodedOutputStream output, int field, int value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(value);
    }
}
