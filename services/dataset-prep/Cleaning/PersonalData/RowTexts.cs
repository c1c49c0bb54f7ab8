using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Goes through all texts of a row, strings and numbers inside tool calls and tools included; token ids hold no text.</summary>
internal static class RowTexts
{
    /// <summary>The row with every text replaced by what <paramref name="map"/> makes of it; the same row where that changes nothing.</summary>
    public static RowContent Map(RowContent row, Func<string, RowPlace, string> map)
    {
        var turns = Map(row.Turns, "message", map);
        var chosen = Map(row.Chosen, "chosen message", map);
        var rejected = Map(row.Rejected, "rejected message", map);
        var text = row.Text.Length == 0 ? row.Text : map(row.Text, new RowPlace("text", 0, string.Empty));
        var tools = row.Tools is null ? null : JsonTexts.Map(row.Tools, value => map(value, new RowPlace("tools", 0, string.Empty)));
        var same = ReferenceEquals(turns, row.Turns) && ReferenceEquals(chosen, row.Chosen) && ReferenceEquals(rejected, row.Rejected)
            && ReferenceEquals(text, row.Text) && ReferenceEquals(tools, row.Tools);
        return same ? row : row with { Turns = turns, Chosen = chosen, Rejected = rejected, Text = text, Tools = tools };
    }

    private static IReadOnlyList<Turn> Map(IReadOnlyList<Turn> turns, string part, Func<string, RowPlace, string> map)
    {
        Turn[]? changed = null;
        for (var i = 0; i < turns.Count; i++)
        {
            var turn = Map(turns[i], new RowPlace(part, i + 1, turns[i].Role), map);
            if (!ReferenceEquals(turn, turns[i]))
            {
                changed ??= [.. turns];
                changed[i] = turn;
            }
        }

        return changed ?? turns;
    }

    private static Turn Map(Turn turn, RowPlace place, Func<string, RowPlace, string> map)
    {
        var content = map(turn.Content, place);
        var name = turn.Name is null ? null : map(turn.Name, place);
        var reasoning = turn.Reasoning is null ? null : map(turn.Reasoning, place);
        ToolCall[] calls = [.. turn.ToolCalls.Select(call => Map(call, place, map))];
        var sameCalls = calls.Zip(turn.ToolCalls).All(pair => ReferenceEquals(pair.First, pair.Second));
        return sameCalls && ReferenceEquals(content, turn.Content) && ReferenceEquals(name, turn.Name) && ReferenceEquals(reasoning, turn.Reasoning)
            ? turn
            : turn with { Content = content, Name = name, Reasoning = reasoning, ToolCalls = sameCalls ? turn.ToolCalls : calls };
    }

    private static ToolCall Map(ToolCall call, RowPlace place, Func<string, RowPlace, string> map)
    {
        var arguments = JsonTexts.Map(call.Arguments, value => map(value, place));
        return ReferenceEquals(arguments, call.Arguments) ? call : call with { Arguments = arguments };
    }
}
