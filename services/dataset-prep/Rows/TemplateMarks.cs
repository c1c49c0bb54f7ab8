using System.Buffers;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Finds in a text the marks by which chat templates keep turns apart: those of the base model, and those of others, which tell of text that was rendered already.</summary>
internal sealed class TemplateMarks
{
    private static readonly string[] OfOthers =
    [
        "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|end_of_text|>", "<|begin_of_text|>", "<|eot_id|>", "<|start_header_id|>", "<start_of_turn>", "<end_of_turn>",
        "[INST]", "[/INST]", "<<SYS>>", "<|user|>", "<|assistant|>", "<|system|>", "<\uFF5CUser\uFF5C>", "<\uFF5CAssistant\uFF5C>",
    ];

    private readonly string[] _marks;
    private readonly SearchValues<string> _search;

    public TemplateMarks(IReadOnlyList<string> ofModel)
    {
        _marks = [.. ofModel.Concat(OfOthers).Distinct(StringComparer.Ordinal).OrderByDescending(mark => mark.Length).ThenBy(mark => mark, StringComparer.Ordinal)];
        _search = SearchValues.Create(_marks, StringComparison.Ordinal);
    }

    /// <summary>The first mark in a text; null where there is none.</summary>
    public string? Find(string text)
    {
        var at = text.AsSpan().IndexOfAny(_search);
        return at < 0 ? null : Array.Find(_marks, mark => text.AsSpan(at).StartsWith(mark, StringComparison.Ordinal));
    }
}
