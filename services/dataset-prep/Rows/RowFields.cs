using System.Text.Json;
using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>The fields by which rows are understood, under the names that a project's files give them.</summary>
internal sealed class RowFields(PrepConfig config)
{
    public const string Messages = "messages";
    public const string Conversations = "conversations";
    public const string Conversation = "conversation";
    public const string System = "system";
    public const string Tools = "tools";
    public const string Functions = "functions";
    public const string History = "history";
    public const string Instruction = "instruction";
    public const string Input = "input";
    public const string Context = "context";
    public const string Output = "output";
    public const string Prompt = "prompt";
    public const string Completion = "completion";
    public const string Response = "response";
    public const string Question = "question";
    public const string Answer = "answer";
    public const string Text = "text";
    public const string Chosen = "chosen";
    public const string Rejected = "rejected";
    public const string InputIds = "input_ids";
    public const string Labels = "labels";
    public const string AttentionMask = "attention_mask";
    public const string LossMask = "loss_mask";
    public const string CompletionMask = "completion_mask";
    public const string AssistantMasks = "assistant_masks";

    private const char PathSeparator = '.';

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        Messages, Conversations, Conversation, System, Tools, Functions, History, Instruction, Input, Context, Output, Prompt, Completion,
        Response, Question, Answer, Text, Chosen, Rejected, InputIds, Labels, AttentionMask, LossMask, CompletionMask, AssistantMasks,
    };

    /// <summary>The names that <c>prep.columns</c> may give another name to, in alphabetical order.</summary>
    public static IEnumerable<string> Names => Known.Order(StringComparer.Ordinal);

    /// <summary>Languages that rows may be in; none for any.</summary>
    public IReadOnlyList<string> Languages => config.Languages;

    /// <summary>Whether rows are read by a field of that name.</summary>
    public static bool AreKnown(string name) => Known.Contains(name);

    /// <summary>Whether a column of that name is read, under its own name, in any case of letters, or by the project's mapping.</summary>
    public bool IsKnown(string column) =>
        Known.Contains(column.ToLowerInvariant()) || config.Columns.Values.Any(mapped => mapped == column || mapped.StartsWith(column + PathSeparator, StringComparison.Ordinal));

    /// <summary>The field's value and its JSON path, where the row has it.</summary>
    /// <param name="row">An object.</param>
    /// <param name="field">A constant of this class.</param>
    /// <param name="hasColumns">Whether the case of letters counts for nothing.</param>
    /// <param name="found">The value; null in JSON counts as one.</param>
    /// <param name="path">Where it stands, or should.</param>
    public bool TryGet(JsonElement row, string field, bool hasColumns, out JsonElement found, out string path)
    {
        if (config.Columns.TryGetValue(field, out var mapped))
        {
            return TryFollow(row, mapped, out found, out path);
        }

        path = JsonPlace.Field(string.Empty, field);
        if (row.TryGetProperty(field, out found))
        {
            return true;
        }

        foreach (var column in hasColumns ? row.EnumerateObject().Where(column => column.Name.Equals(field, StringComparison.OrdinalIgnoreCase)) : [])
        {
            path = JsonPlace.Field(string.Empty, column.Name);
            found = column.Value;
            return true;
        }

        return false;
    }

    // A name with dots in it is meant if there is one, else each part is a field of the one before.
    private static bool TryFollow(JsonElement row, string mapped, out JsonElement found, out string path)
    {
        path = JsonPlace.Field(string.Empty, mapped);
        if (row.TryGetProperty(mapped, out found) || !mapped.Contains(PathSeparator, StringComparison.Ordinal))
        {
            return found.ValueKind != JsonValueKind.Undefined;
        }

        found = row;
        path = string.Empty;
        foreach (var part in mapped.Split(PathSeparator))
        {
            path = JsonPlace.Field(path, part);
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(part, out found))
            {
                found = default;
                return false;
            }
        }

        return true;
    }
}
