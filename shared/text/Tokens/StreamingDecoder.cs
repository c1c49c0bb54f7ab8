namespace LoraMesh.Text;

/// <summary>
/// Decodes ids as they are generated, and holds back text until it cannot change any more: a character whose bytes are
/// not all there ends in U+FFFD. For one stream and one thread.
/// </summary>
public sealed class StreamingDecoder
{
    private const char Broken = '\uFFFD';

    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecialTokens;

    // The ids of the text given out last come first: some decoders look at what stands before a token.
    private readonly List<int> _ids = [];
    private int _givenIds;
    private string _given = "";

    internal StreamingDecoder(Tokenizer tokenizer, bool skipSpecialTokens)
    {
        _tokenizer = tokenizer;
        _skipSpecialTokens = skipSpecialTokens;
    }

    /// <summary>Takes the next id; returns the text that is now complete, or null where there is none yet.</summary>
    public string? Push(int id)
    {
        if (_given.Length == 0 && _ids.Count > 0 && _tokenizer.Decode(_ids, _skipSpecialTokens) is var start && !start.EndsWith(Broken))
        {
            _given = start;
            _givenIds = _ids.Count;
        }

        _ids.Add(id);
        var text = _tokenizer.Decode(_ids, _skipSpecialTokens);
        return text.Length <= _given.Length || text[^1] == Broken ? null : GiveOut(text);
    }

    /// <summary>Ends the stream; returns what was held back, with U+FFFD for bytes that never became a character, or null.</summary>
    public string? Flush()
    {
        var text = _tokenizer.Decode(_ids, _skipSpecialTokens);
        var rest = text.Length <= _given.Length ? null : text[CommonLength(text)..];
        _ids.Clear();
        _givenIds = 0;
        _given = "";
        return string.IsNullOrEmpty(rest) ? null : rest;
    }

    private string? GiveOut(string text)
    {
        var fresh = text[CommonLength(text)..];
        _ids.RemoveRange(0, _givenIds);
        _givenIds = _ids.Count;
        _given = _tokenizer.Decode(_ids, _skipSpecialTokens);
        return fresh.Length == 0 ? null : fresh;
    }

    private int CommonLength(string text) => text.AsSpan().CommonPrefixLength(_given);
}
