using System.Collections.Concurrent;
using LoraMesh.Text;

namespace LoraMesh.Inference.Api;

// What single tokens look like in an answer. A token is decoded behind another one, because some tokenizers drop the
// space in front of a text's first token.
internal sealed class TokenTexts
{
    private const char Replacement = '\uFFFD';

    private readonly Tokenizer _tokenizer;
    private readonly int[] _anchor;
    private readonly string _anchorText;
    private readonly ConcurrentDictionary<int, string> _texts = [];

    public TokenTexts(Tokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _anchor = [.. tokenizer.Encode("a", addSpecialTokens: false)];
        _anchorText = tokenizer.Decode(_anchor, skipSpecialTokens: false);
    }

    public string Of(int id) => _texts.GetOrAdd(id, Decode);

    // A token may be a part of a character; then its text does not tell its bytes.
    public static bool IsWhole(string text) => !text.Contains(Replacement, StringComparison.Ordinal);

    private string Decode(int id)
    {
        var text = _tokenizer.Decode([.. _anchor, id], skipSpecialTokens: false);
        return text.StartsWith(_anchorText, StringComparison.Ordinal) ? text[_anchorText.Length..] : _tokenizer.Decode([id], skipSpecialTokens: false);
    }
}
