using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.Formats;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Reads rows that were tokenized elsewhere: <c>input_ids</c>, and <c>labels</c>, <c>attention_mask</c> and a mask of what is to be learned where there are any.</summary>
internal static class TokenizedRow
{
    private const int MaxId = int.MaxValue;

    // As Megatron, TRL's data collators and transformers' chat templates call what marks the tokens to learn.
    private static readonly string[] LossMasks = [RowFields.LossMask, RowFields.CompletionMask, RowFields.AssistantMasks];

    /// <summary>The row, or null when the row's problems have been told why there is none.</summary>
    public static RowContent? Read(RowView row)
    {
        if (Numbers(row, RowFields.InputIds, 0) is not { } ids)
        {
            return null;
        }

        var labels = row.Has(RowFields.Labels) ? Numbers(row, RowFields.Labels, int.MinValue) : [.. ids];
        var mask = Mask(row, RowFields.AttentionMask, ids);
        if (labels is null || mask is null || !AreEquallyLong(row, RowFields.Labels, labels, ids))
        {
            return null;
        }

        foreach (var name in LossMasks.Where(row.Has))
        {
            if (Mask(row, name, ids) is not { } learned)
            {
                return null;
            }

            labels = [.. labels.Select((label, i) => learned[i] == 0 ? TokenShard.IgnoreIndex : label)];
        }

        if (ids.Count == 0)
        {
            row.TryGet(RowFields.InputIds, out _, out var path);
            row.Problems.Add(ProblemKind.EmptyContent, path, "an empty array", "at least one token id", "Fill it in, or remove the row.");
            return null;
        }

        for (var i = 0; i < ids.Count; i++)
        {
            if (labels[i] != ids[i] && labels[i] != TokenShard.IgnoreIndex)
            {
                row.TryGet(RowFields.Labels, out _, out var path);
                row.Problems.Add(ProblemKind.LabelMismatch, $"{path}[{i}]", $"label {labels[i]} of id {ids[i]}", $"{ids[i]}, or {TokenShard.IgnoreIndex} where there is no loss", "Do not shift the labels: the trainer does.");
                return null;
            }
        }

        // Padding is left out; the trainer makes its own.
        var kept = Enumerable.Range(0, ids.Count).Where(i => mask[i] != 0).ToList();
        return new RowContent { Kind = RowKind.Tokens, Schema = "tokenized", Ids = [.. kept.Select(i => ids[i])], Labels = [.. kept.Select(i => labels[i])] };
    }

    private static List<int>? Mask(RowView row, string field, List<int> ids)
    {
        if (!row.Has(field))
        {
            return [.. ids.Select(_ => 1)];
        }

        if (Numbers(row, field, int.MinValue) is not { } mask || !AreEquallyLong(row, field, mask, ids))
        {
            return null;
        }

        var wrong = mask.FindIndex(value => value is not (0 or 1));
        if (wrong >= 0)
        {
            row.TryGet(field, out _, out var path);
            row.Problems.Add(ProblemKind.WrongType, $"{path}[{wrong}]", $"number {mask[wrong]}", "0 or 1", "Write 1 for tokens that count and 0 for those that do not.");
            return null;
        }

        return mask;
    }

    private static bool AreEquallyLong(RowView row, string field, List<int> values, List<int> ids)
    {
        if (values.Count == ids.Count)
        {
            return true;
        }

        row.TryGet(field, out _, out var path);
        row.Problems.Add(ProblemKind.LengthsDiffer, path, $"{values.Count} numbers", $"{ids.Count} numbers, as input_ids has", "Write one number for each token.");
        return false;
    }

    private static List<int>? Numbers(RowView row, string field, int least)
    {
        row.TryGet(field, out var value, out var path);
        if (Fields.Json(value, path, "an array of whole numbers", row.Problems) is not { } array)
        {
            return null;
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            row.Problems.Add(array.ValueKind == JsonValueKind.Null ? ProblemKind.NullValue : ProblemKind.WrongType, path, Shown.Value(array), "an array of whole numbers", "Write the numbers as [1, 2, 3].");
            return null;
        }

        var numbers = new List<int>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out var number))
            {
                row.Problems.Add(ProblemKind.WrongType, $"{path}[{numbers.Count}]", Shown.Value(item), "a whole number", "Write the numbers without quotes and fractions.");
                return null;
            }

            if (number < least)
            {
                row.Problems.Add(ProblemKind.IdOutOfVocabulary, $"{path}[{numbers.Count}]", $"{number}", $"a number from {least} to {MaxId}", "Tokenize the row with the base model's own tokenizer.");
                return null;
            }

            numbers.Add(number);
        }

        return numbers;
    }
}
