using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>A row's object under the names that its schema gives to fields.</summary>
internal sealed class RowView(JsonElement row, RowFields fields, RowProblems problems)
{
    public JsonElement Element => row;

    public RowProblems Problems => problems;

    public bool Has(string field) => TryGet(field, out _, out _);

    public bool TryGet(string field, out JsonElement value, out string path) => fields.TryGet(row, field, problems.HasColumns, out value, out path);

    /// <summary>Whether the field is there and a list, or a column's text of one.</summary>
    public bool IsList(string field) => TryGet(field, out var value, out _)
        && (value.ValueKind == JsonValueKind.Array || (problems.HasColumns && value.ValueKind == JsonValueKind.String && value.GetString()!.AsSpan().TrimStart() is ['[', '{', ..] or ['[', ']', ..]));

    /// <summary>A text that must be there and say something; null when it was reported.</summary>
    public string? Text(string field)
    {
        if (TryGet(field, out var value, out var path))
        {
            return Fields.Text(value, path, problems);
        }

        Fields.Missing(row, path, field, problems);
        return null;
    }

    /// <summary>A text that may be absent, null or empty; those give an empty string, and null means that it was reported.</summary>
    public string? Optional(string field) => TryGet(field, out var value, out var path) ? Fields.OptionalText(value, path, problems) : string.Empty;
}
