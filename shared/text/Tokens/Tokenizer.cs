using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using LoraMesh.Text.AddedTokens;
using LoraMesh.Text.Decoders;
using LoraMesh.Text.Models;
using LoraMesh.Text.Normalizers;
using LoraMesh.Text.PostProcessors;
using LoraMesh.Text.PreTokenizers;
using LoraMesh.Text.Reading;

namespace LoraMesh.Text;

/// <summary>
/// Turns text into token ids and back, as a Hugging Face tokenizer.json says; its truncation and padding are left to the caller.
/// Safe to use from several threads at once.
/// </summary>
public sealed class Tokenizer
{
    private readonly AddedVocabulary _added;
    private readonly PreTokenizerChain _preTokenizers;
    private readonly TokenizerModel _model;
    private readonly PostProcessor _postProcessor;
    private readonly TokenDecoder _decoder;
    private readonly Lazy<(List<string> Tokens, string Text)> _anchor;

    private Tokenizer(JsonElement root, IReadOnlyDictionary<string, string> specialTokens)
    {
        var part = new JsonPart(root, "$");
        var normalizer = NormalizerReader.Read(part.Member("normalizer"));
        _preTokenizers = PreTokenizerReader.Read(part.Member("pre_tokenizer"));
        _model = ModelReader.Read(part.Member("model"), _preTokenizers.LeavesBytesToModel);
        _added = AddedVocabulary.Read(part.Member("added_tokens"), _model, normalizer);
        _postProcessor = PostProcessorReader.Read(part.Member("post_processor"));
        _decoder = DecoderReader.Read(part.Member("decoder"));
        _anchor = new(MakeAnchor);
        SpecialTokens = specialTokens;
    }

    /// <summary>How many tokens there are, added ones included. Ids may reach beyond it where the numbering has gaps.</summary>
    public int VocabularySize => _model.VocabularySize + _added.BeyondModel;

    /// <summary>Special tokens by their names in tokenizer_config.json, such as <c>bos_token</c>: what a chat template sees as variables.</summary>
    public IReadOnlyDictionary<string, string> SpecialTokens { get; }

    /// <summary>The id that begins a text; null where the model has none.</summary>
    public int? BosTokenId => IdOfNamed("bos_token");

    /// <summary>The id that ends a text or a turn; null where the model has none.</summary>
    public int? EosTokenId => IdOfNamed("eos_token");

    /// <summary>The id for padding; null where the model has none.</summary>
    public int? PadTokenId => IdOfNamed("pad_token");

    /// <summary>Reads tokenizer.json of a model's folder, and the names of special tokens from tokenizer_config.json or special_tokens_map.json if there.</summary>
    /// <exception cref="TokenizerFormatException">A file is missing or malformed.</exception>
    /// <exception cref="UnsupportedTokenizerException">tokenizer.json asks for what is not implemented.</exception>
    public static Tokenizer Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        using var document = TokenizerFile.Read(folder, "tokenizer.json")
            ?? throw new TokenizerFormatException(
                $"{Path.Combine(folder, "tokenizer.json")} does not exist. Save the model's tokenizer in its fast form (tokenizer.json) into the folder.");
        return new Tokenizer(document.RootElement, SpecialTokenNames.Read(folder));
    }

    /// <summary>Reads the content of a tokenizer.json; no token is named bos, eos or pad then.</summary>
    /// <exception cref="TokenizerFormatException">The content is malformed.</exception>
    /// <exception cref="UnsupportedTokenizerException">The content asks for what is not implemented.</exception>
    public static Tokenizer FromJson(string tokenizerJson)
    {
        ArgumentNullException.ThrowIfNull(tokenizerJson);
        using var document = TokenizerFile.Parse(tokenizerJson);
        return new Tokenizer(document.RootElement, new Dictionary<string, string>());
    }

    /// <summary>The ids of a text.</summary>
    /// <param name="text">Any text; half surrogate pairs count as U+FFFD.</param>
    /// <param name="addSpecialTokens">Whether the post-processor adds what it wants before and after; false for rendered chats.</param>
    public IReadOnlyList<int> Encode(string text, bool addSpecialTokens = true) => Tokenize(text, addSpecialTokens, withSpans: false).Ids;

    /// <summary>The ids of a text, and the range of the text behind each.</summary>
    /// <param name="text">Any text; half surrogate pairs count as U+FFFD.</param>
    /// <param name="addSpecialTokens">Whether the post-processor adds what it wants before and after; those have empty ranges.</param>
    public EncodedText EncodeWithOffsets(string text, bool addSpecialTokens = true)
    {
        var tokens = Tokenize(text, addSpecialTokens, withSpans: true);
        return new EncodedText { Ids = tokens.Ids, Offsets = tokens.Spans! };
    }

    /// <summary>The text of ids. Ids that no token has are passed over; bytes that are no UTF-8 become U+FFFD.</summary>
    public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var tokens = new List<string>(ids.Count);
        foreach (var id in ids)
        {
            if (IdToToken(id) is { } token && !(skipSpecialTokens && _added.IsSpecial(token)))
            {
                tokens.Add(token);
            }
        }

        return string.Concat(_decoder.Decode(tokens));
    }

    /// <summary>The id of a token as the vocabulary writes it; null where there is none.</summary>
    public int? TokenToId(string token) => _added.IdOf(token) ?? _model.TokenToId(token);

    /// <summary>The token of an id as the vocabulary writes it; null where there is none.</summary>
    public string? IdToToken(int id) => _added.TokenOf(id) ?? _model.IdToToken(id);

    /// <summary>A decoder for ids that come one by one. Each serves one stream.</summary>
    public StreamingDecoder CreateStreamingDecoder(bool skipSpecialTokens = true) => new(this, skipSpecialTokens);

    /// <summary>The bytes that a token adds to a text, at its beginning or within; null for special tokens and ids that no token has.</summary>
    internal byte[]? BytesOf(int id, bool atStart)
    {
        if (IdToToken(id) is not { } token || _added.IsSpecial(token))
        {
            return null;
        }

        // Some decoders treat the first token otherwise; behind an anchor a token is within. Where it is no whole text, its
        // bytes alone tell.
        var raw = _decoder.RawBytes(token);
        if (atStart)
        {
            var text = string.Concat(_decoder.Decode([token]));
            return raw is not null && text.Contains('\uFFFD', StringComparison.Ordinal) ? raw : Encoding.UTF8.GetBytes(text);
        }

        if (raw is not null)
        {
            return raw;
        }

        var anchor = _anchor.Value;
        var behind = string.Concat(_decoder.Decode([.. anchor.Tokens, token]));
        return behind.StartsWith(anchor.Text, StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(behind[anchor.Text.Length..]) : null;
    }

    internal TokenList Tokenize(string text, bool addSpecialTokens, bool withSpans)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new TokenList(text, withSpans);
        var room = _preTokenizers.OnlyCuts ? new CuttingRoom() : null;
        foreach (var (part, id) in _added.Split(new NormalizedText(text, keepsOrigins: withSpans || _preTokenizers.AsksForOrigins)))
        {
            if (id is { } known)
            {
                tokens.Add(known, part.Origin(0, part.Text.Length), part.Text);
                continue;
            }

            if (room is not null)
            {
                _model.Tokenize(part, CollectionsMarshal.AsSpan(_preTokenizers.Cut(part, room)), tokens);
                continue;
            }

            foreach (var piece in _preTokenizers.Split(Piece.Whole(part)))
            {
                _model.Tokenize(piece, tokens);
            }
        }

        _postProcessor.Apply(tokens, addSpecialTokens, IdToToken);
        return tokens;
    }

    private (List<string> Tokens, string Text) MakeAnchor()
    {
        List<string> tokens = [.. Encode("a", addSpecialTokens: false).Select(id => IdToToken(id)!)];
        return (tokens, string.Concat(_decoder.Decode([.. tokens])));
    }

    private int? IdOfNamed(string name) => SpecialTokens.TryGetValue(name, out var token) ? TokenToId(token) : null;
}
