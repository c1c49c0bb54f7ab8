using System.Buffers;
using System.Text;
using LoraMesh.Text.Models;
using LoraMesh.Text.Normalizers;
using LoraMesh.Text.Patterns;
using LoraMesh.Text.Reading;

namespace LoraMesh.Text.AddedTokens;

// The added tokens: their ids, and cutting them out of text, verbatim ones first and then, in what is left once
// normalized, the normalized ones.
internal sealed class AddedVocabulary
{
    private const int MaxAddedTokens = 1_000_000;

    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<int, AddedToken> _tokens = [];
    private readonly Dictionary<int, string> _written = [];
    private readonly HashSet<string> _special = new(StringComparer.Ordinal);
    private readonly TokenTrie _verbatim;
    private readonly TokenTrie _normalized;
    private readonly Normalizer? _normalizer;
    private int _highest = -1;

    private AddedVocabulary(IReadOnlyList<AddedToken> tokens, TokenizerModel model, Normalizer? normalizer)
    {
        _normalizer = normalizer;
        foreach (var token in tokens)
        {
            Add(token, model);
        }

        foreach (var (id, token) in _tokens)
        {
            _written[id] = token.IsNormalized ? Normalize(new NormalizedText(token.Content)).Text : token.Content;
        }

        _verbatim = new TokenTrie(_tokens.Where(t => !t.Value.IsNormalized).Select(t => (t.Value.Content, t.Value, t.Key)));
        _normalized = new TokenTrie(_tokens.Where(t => t.Value.IsNormalized).Select(t => (_written[t.Key], t.Value, t.Key)));
        BeyondModel = _ids.Keys.Count(content => model.TokenToId(content) is null);
    }

    /// <summary>How many added tokens the model's own vocabulary lacks.</summary>
    public int BeyondModel { get; }

    public static AddedVocabulary Read(JsonPart part, TokenizerModel model, Normalizer? normalizer)
    {
        var tokens = part.IsNull ? [] : part.Items().Take(MaxAddedTokens + 1).ToArray();
        return tokens.Length <= MaxAddedTokens
            ? new AddedVocabulary([.. tokens.OrderBy(t => t.Member("id").Integer(0, Vocabulary.MaxTokens)).Select(AddedToken.Read)], model, normalizer)
            : throw new TokenizerFormatException($"{part.Path}: more than {MaxAddedTokens} added tokens.");
    }

    public int? IdOf(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>The token as it comes out: one that is looked for in normalized text comes out normalized, as in tokenizers 0.23.</summary>
    public string? TokenOf(int id) => _written.GetValueOrDefault(id);

    public bool IsSpecial(string token) => _special.Contains(token);

    /// <summary>Cuts text into added tokens, whose id is set, and normalized text between them.</summary>
    public IEnumerable<(NormalizedText Text, int? Id)> Split(NormalizedText text)
    {
        foreach (var (outer, outerId) in Split(text, _verbatim))
        {
            if (outerId is not null)
            {
                yield return (outer, outerId);
                continue;
            }

            foreach (var inner in Split(Normalize(outer), _normalized))
            {
                yield return inner;
            }
        }
    }

    // The ids in the file are only an order: a token the model knows keeps the model's id, others are numbered on.
    private void Add(AddedToken token, TokenizerModel model)
    {
        if (token.Content.Length == 0)
        {
            return;
        }

        if (!_ids.TryGetValue(token.Content, out var id))
        {
            id = model.TokenToId(token.Content) ?? Math.Max(_highest + 1, model.VocabularySize);
            _ids[token.Content] = id;
            _highest = Math.Max(_highest, id);
        }

        _tokens[id] = token;
        if (token.IsSpecial)
        {
            _special.Add(token.Content);
        }
    }

    private NormalizedText Normalize(NormalizedText text) => _normalizer?.Apply(text) ?? text;

    private static IEnumerable<(NormalizedText Text, int? Id)> Split(NormalizedText source, TokenTrie trie)
    {
        var text = source.Text;
        var done = 0;
        var from = 0;
        while (trie.Find(text, from) is var (start, end, token, id))
        {
            from = end;
            if (token.IsWholeWord && !StandsAlone(text, start, end))
            {
                continue;
            }

            while (token.TakesSpaceBefore && start > done && char.IsWhiteSpace(text[start - 1]))
            {
                start--;
            }

            // What the token before has taken is not taken again, except by one that takes no spaces itself.
            start = token.TakesSpaceBefore ? Math.Max(start, done) : start;

            while (token.TakesSpaceAfter && end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            if (start > done)
            {
                yield return (source.Slice(done, start), null);
            }

            if (end > start)
            {
                yield return (source.Slice(start, end), id);
            }

            done = end;
        }

        if (done < text.Length)
        {
            yield return (source.Slice(done, text.Length), null);
        }
    }

    private static bool StandsAlone(string text, int start, int end) =>
        !(start > 0 && Rune.DecodeLastFromUtf16(text.AsSpan(0, start), out var before, out _) == OperationStatus.Done && IsWord(before))
        && !(end < text.Length && Rune.DecodeFromUtf16(text.AsSpan(end), out var after, out _) == OperationStatus.Done && IsWord(after));

    // Joiners count as part of a word here, as they do in Rust's \w.
    private static bool IsWord(Rune rune) => CharacterSet.Word.Contains(rune.Value) || rune.Value is 0x200C or 0x200D;
}
