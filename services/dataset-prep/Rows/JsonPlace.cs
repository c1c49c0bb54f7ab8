using System.Text;
using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Finds out to which JSON path a byte of a row belongs, also where the row breaks off or is malformed there.</summary>
internal static class JsonPlace
{
    /// <summary>The path of the value at the byte, such as <c>$.messages[1].content</c>; empty for the row itself.</summary>
    public static string PathAt(ReadOnlySpan<byte> row, long offset)
    {
        var reader = new Utf8JsonReader(row, new JsonReaderOptions { MaxDepth = RowParser.MaxDepth });
        var frames = new Stack<Frame>();
        try
        {
            while (reader.Read())
            {
                Before(ref reader, frames);
                if (offset < reader.BytesConsumed)
                {
                    break;
                }

                After(ref reader, frames);
            }
        }
        catch (JsonException)
        {
            // The malformed place itself: the frames say how far reading came.
        }

        return Path(frames);
    }

    /// <summary>A path with one more field.</summary>
    public static string Field(string path, string name)
    {
        var plain = name.Length is > 0 and <= Shown.MaxChars && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        return (path.Length == 0 ? "$" : path) + (plain ? "." + name : $"['{Shown.Text(name)}']");
    }

    private static void Before(ref Utf8JsonReader reader, Stack<Frame> frames)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                // Raw, so that a broken escape in a name cannot throw.
                frames.Peek().Name = Encoding.UTF8.GetString(reader.ValueSpan);
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                frames.Pop();
                break;
            default:
                if (frames.TryPeek(out var parent))
                {
                    parent.Index++;
                    parent.Open = true;
                }

                break;
        }
    }

    private static void After(ref Utf8JsonReader reader, Stack<Frame> frames)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            frames.Push(new Frame { IsArray = reader.TokenType == JsonTokenType.StartArray });
        }
        else if (reader.TokenType != JsonTokenType.PropertyName && frames.TryPeek(out var parent))
        {
            (parent.Name, parent.Open) = (null, false);
        }
    }

    private static string Path(Stack<Frame> frames)
    {
        var path = string.Empty;
        foreach (var frame in frames.Reverse())
        {
            if (frame.IsArray && frame.Open)
            {
                path = $"{(path.Length == 0 ? "$" : path)}[{frame.Index}]";
            }
            else if (!frame.IsArray && frame.Name is not null)
            {
                path = Field(path, frame.Name);
            }
        }

        return path;
    }

    private sealed class Frame
    {
        public bool IsArray { get; init; }

        public bool Open { get; set; }

        public int Index { get; set; } = -1;

        public string? Name { get; set; }
    }
}
