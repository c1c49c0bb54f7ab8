namespace LoraMesh.Text.Gguf;

/// <summary>A tokenizer as GGUF files hold it: what llama.cpp needs to cut text as <see cref="Tokenizer"/> does.</summary>
public sealed record GgufVocabulary
{
    /// <summary><c>tokenizer.ggml.model</c>: gpt2 for byte-level BPE, llama for SentencePiece-style BPE.</summary>
    public required string Model { get; init; }

    /// <summary><c>tokenizer.ggml.pre</c>: the name by which llama.cpp knows the split pattern.</summary>
    public required string PreTokenizer { get; init; }

    /// <summary>Text of every id, holes filled. [vocabulary]</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary>Kind of every id. [vocabulary]</summary>
    public required IReadOnlyList<GgufTokenType> Types { get; init; }

    /// <summary>Which token two neighbours are joined to first, the highest; SentencePiece-style only. [vocabulary]</summary>
    public IReadOnlyList<float>? Scores { get; init; }

    /// <summary>Pairs with a space between, first ones first; byte-level only.</summary>
    public IReadOnlyList<string>? Merges { get; init; }

    /// <summary>Ids by their names in GGUF: bos, eos, eot, eom, unknown, seperator (spelled so there), padding, cls, mask.</summary>
    public required IReadOnlyDictionary<string, int> SpecialIds { get; init; }

    /// <summary>Whether a text begins with bos.</summary>
    public required bool AddBos { get; init; }

    /// <summary>Whether a text ends with eos.</summary>
    public required bool AddEos { get; init; }

    /// <summary>Whether a text gets a space before it; null where the kind has no such question.</summary>
    public bool? AddSpacePrefix { get; init; }

    /// <summary>Whether text is to be brought into Unicode's form NFC first.</summary>
    public bool NormalizesToNfc { get; init; }

    /// <summary>
    /// Whether the special tokens take the spaces behind them just as those of Phi-3. llama.cpp does that, and asks for these
    /// tokens, where <c>general.name</c> has phi3 or phi-3 in it.
    /// </summary>
    public bool IsPhi3 { get; init; }

    /// <summary>The chat template, or null.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>Where llama.cpp may cut a text otherwise, in sentences.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Reads a model's folder.</summary>
    /// <param name="folder">A Hugging Face folder with tokenizer.json.</param>
    /// <param name="size">Rows of the embedding: ids up to there that no token has are filled.</param>
    /// <param name="eosIds">Ids that end a text by the model's own configuration.</param>
    /// <exception cref="TokenizerFormatException">A file is missing or malformed.</exception>
    /// <exception cref="UnsupportedTokenizerException">llama.cpp has no tokenizer that cuts as this one; the message says what to do.</exception>
    public static GgufVocabulary Read(string folder, int size, IReadOnlyList<int> eosIds) => GgufVocabularyReader.Read(folder, size, eosIds);
}
