using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Splits;

/// <summary>The fields beside a row's content that the split asks for, such as a customer or a day; they are not part of the dataset.</summary>
internal sealed class CarriedFields
{
    private readonly string[] _names;
    private readonly bool _isTime;

    public CarriedFields(SplitConfig config)
    {
        _names = [.. ((string?[])[config.Field, config.StratifyBy]).OfType<string>()];
        (Decides, Stratifies) = (config.Field is null ? -1 : 0, config.StratifyBy is null ? -1 : _names.Length - 1);
        _isTime = config.By == SplitBy.Time;
    }

    /// <summary>Place of the deciding field among a row's carried values; -1 where none decides.</summary>
    public int Decides { get; }

    /// <summary>Place of the field that names the stratum; -1 where there is none.</summary>
    public int Stratifies { get; }

    /// <summary>The row with its values; a field that is missing, or is no time where one is needed, is told of.</summary>
    /// <param name="content">What the row says.</param>
    /// <param name="row">The row's JSON object.</param>
    /// <param name="problems">Is told.</param>
    public RowContent Carry(RowContent content, JsonElement row, RowProblems problems)
    {
        if (_names.Length == 0)
        {
            return content;
        }

        var values = new string?[_names.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var element = Find(row, _names[i]);
            values[i] = element is { } found ? Text(found) : null;
            if (values[i] is null || (i == Decides && _isTime && RowTime.Parse(values[i]!) is null))
            {
                Report(element, i, problems);
            }
        }

        return content with { Carried = values };
    }

    private void Report(JsonElement? element, int field, RowProblems problems)
    {
        var path = "$." + _names[field];
        var found = element is { } value ? Shown.Value(value) : "nothing";
        if (field == Decides && _isTime)
        {
            problems.Add(ProblemKind.NoSplitField, path, found, "a time such as 2026-01-31 or 2026-01-31T08:00:00Z, or seconds since 1970", "Fill it in; without a time the row is trained on.");
        }
        else
        {
            problems.Add(ProblemKind.NoSplitField, path, found, "a string, number or truth value", field == Decides ? "Fill it in; without it the row's question decides its side." : "Fill it in; without it the row counts to the stratum ''.");
        }
    }

    // A name with dots leads into objects, unless the row has the name as it stands.
    private static JsonElement? Find(JsonElement row, string name)
    {
        if (row.TryGetProperty(name, out var value))
        {
            return value;
        }

        value = row;
        foreach (var part in name.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(part, out value))
            {
                return null;
            }
        }

        return value;
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };
}
