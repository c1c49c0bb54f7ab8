using System.Text;
using System.Text.Json;
using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Cleaning.NearDuplicates;

/// <summary>What two rows are compared by: what is asked, what is answered, and what must be equal outright.</summary>
/// <param name="Question">All messages but system messages and the answer; a plain text; one line each, lower case, words only.</param>
/// <param name="Answer">The last message, or both sides of a preference pair; empty for a plain text.</param>
/// <param name="Numbers">Hash of the numbers in the question: those who ask about order 17 and order 18 ask different things.</param>
/// <param name="Frame">Hash of the kind of row, its system messages, its tools, and the numbers in its answer.</param>
internal readonly record struct ComparedText(string Question, string Answer, ulong Numbers, ulong Frame)
{
    /// <summary>Reads a stored row; null for rows of token ids, which have no text.</summary>
    public static ComparedText? Of(StoredRow row)
    {
        if (row.Kind == RowKind.Tokens)
        {
            return null;
        }

        using var document = JsonDocument.Parse((byte[])[(byte)'{', .. row.Body.Span, (byte)'}'], new JsonDocumentOptions { MaxDepth = RowParser.MaxDepth + 8 });
        var (question, answer, frame) = (new NormalText(), new NormalText(), new StringBuilder(row.Kind.ToString()));
        foreach (var member in document.RootElement.EnumerateObject())
        {
            switch (member.Name)
            {
                case "text":
                    question.Add(member.Value.GetString()!);
                    break;
                case "messages":
                    Messages(member.Value, question, answer, frame);
                    break;
                case "prompt":
                    Messages(member.Value, question, question, frame);
                    break;
                case "chosen" or "rejected":
                    Messages(member.Value, answer, answer, frame);
                    break;
                default:
                    frame.Append('\u0001').Append(member.Value.GetRawText());
                    break;
            }
        }

        return new ComparedText(question.Text, answer.Text, MinHash.Hash(question.Numbers), MinHash.Hash(frame.Append('\u0001').Append(answer.Numbers).ToString()));
    }

    private static void Messages(JsonElement messages, NormalText question, NormalText answer, StringBuilder frame)
    {
        var left = messages.GetArrayLength();
        foreach (var message in messages.EnumerateArray())
        {
            var role = message.GetProperty("role").GetString()!;
            var content = message.GetProperty("content").GetString()!;
            left--;
            if (role == "system")
            {
                frame.Append('\u0001').Append(content);
                continue;
            }

            (left == 0 ? answer : question).Add(content);
            if (message.TryGetProperty("tool_calls", out var calls))
            {
                frame.Append('\u0001').Append(calls.GetRawText());
            }
        }
    }
}
