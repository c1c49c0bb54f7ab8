using System.Text.Json;

namespace LoraMesh.Formats;

/// <summary>Reads one tokenized row.</summary>
internal readonly struct TokenRowReader(string place, JsonElement json)
{
    private const int IgnoreIndex = TokenShard.IgnoreIndex;

    /// <summary>Whether the row is a preference pair.</summary>
    internal bool IsPair => json.ValueKind == JsonValueKind.Object
        && json.EnumerateObject().Any(entry => entry.Name is "chosen_input_ids" or "chosen_ids" or "rejected_input_ids" or "rejected_ids");

    /// <summary>The row as one sequence, its padding taken away.</summary>
    internal TokenRow Row() => Sequence("input_ids", "labels", "attention_mask", labelled: false);

    /// <summary>The row as a pair of sequences.</summary>
    internal PreferencePair Pair()
    {
        var prompt = Has("prompt_input_ids") ? "prompt_input_ids" : Has("prompt_ids") ? "prompt_ids" : null;
        if (prompt is null)
        {
            return new PreferencePair(
                Sequence("chosen_input_ids", "chosen_labels", "chosen_attention_mask", labelled: true),
                Sequence("rejected_input_ids", "rejected_labels", "rejected_attention_mask", labelled: true));
        }

        var ids = Ids(prompt);
        return new PreferencePair(Answer(ids, "chosen"), Answer(ids, "rejected"));
    }

    private TokenRow Answer(int[] prompt, string which)
    {
        var answer = Ids(Has($"{which}_input_ids") ? $"{which}_input_ids" : $"{which}_ids");
        return answer.Length == 0
            ? throw Wrong(which, "no tokens", "an answer of at least one token")
            : new TokenRow([.. prompt, .. answer], [.. Enumerable.Repeat(IgnoreIndex, prompt.Length), .. answer]);
    }

    private TokenRow Sequence(string idsKey, string labelsKey, string maskKey, bool labelled)
    {
        var ids = Ids(idsKey);
        var labels = Has(labelsKey) || labelled ? Integers(labelsKey, IgnoreIndex) : ids;
        var mask = Has(maskKey) ? Integers(maskKey, 0) : [.. Enumerable.Repeat(1, ids.Length)];
        if (labels.Length != ids.Length || mask.Length != ids.Length)
        {
            throw Wrong(labels.Length != ids.Length ? labelsKey : maskKey, $"{(labels.Length != ids.Length ? labels.Length : mask.Length)} entries", $"as many as {idsKey} has, {ids.Length}");
        }

        var (start, end) = (Array.IndexOf(mask, 1), Array.LastIndexOf(mask, 1) + 1);
        if (end == 0 || Array.FindIndex(mask, start, end - start, value => value != 1) >= 0 || mask.Any(value => value is not (0 or 1)))
        {
            throw Wrong(maskKey, "ones and zeros in another order", "ones over one unbroken run of tokens, zeros over the padding before or after it");
        }

        for (var token = 0; token < ids.Length; token++)
        {
            if (labels[token] != IgnoreIndex && (token < start || token >= end || labels[token] < 0))
            {
                // Without labels of its own, padding carries none.
                if (ReferenceEquals(labels, ids))
                {
                    continue;
                }

                throw Wrong($"{labelsKey}[{token}]", $"{labels[token]}", token >= start && token < end ? "a token id, or -100" : $"-100, since {maskKey} is 0 there");
            }
        }

        return new TokenRow(ids[start..end], labels[start..end]);
    }

    private int[] Ids(string key)
    {
        var ids = Integers(key, 0);
        return ids.Length > 0 || key.StartsWith("prompt", StringComparison.Ordinal) ? ids : throw Wrong(key, "an empty list", "at least one token id");
    }

    private int[] Integers(string key, int lowest)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(key, out var list))
        {
            throw Wrong(key, "nothing", "a list of whole numbers");
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(key, $"{list.ValueKind}".ToLowerInvariant(), "a list of whole numbers");
        }

        var values = new int[list.GetArrayLength()];
        var index = 0;
        foreach (var entry in list.EnumerateArray())
        {
            values[index] = entry.ValueKind == JsonValueKind.Number && entry.TryGetInt32(out var value) && value >= lowest
                ? value
                : throw Wrong($"{key}[{index}]", Shown(entry), $"a whole number from {lowest}");
            index++;
        }

        return values;
    }

    private bool Has(string key) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    private InvalidDataException Wrong(string field, string found, string expected) => new($"{place}, {field}: found {found}, expected {expected}.");

    private static string Shown(JsonElement entry) => entry.GetRawText() is { Length: <= 40 } text ? text : entry.GetRawText()[..40] + "…";
}
