namespace LoraMesh.Text.Gguf;

/// <summary>Kinds of tokens by their numbers in <c>tokenizer.ggml.token_type</c>.</summary>
public enum GgufTokenType
{
    /// <summary>An ordinary token.</summary>
    Normal = 1,

    /// <summary>What stands for unknown text.</summary>
    Unknown = 2,

    /// <summary>A special token: found whole in text, left out of answers.</summary>
    Control = 3,

    /// <summary>An added token that is no special one: found whole in text, shown in answers.</summary>
    UserDefined = 4,

    /// <summary>An id that no token has.</summary>
    Unused = 5,

    /// <summary>One byte of text that no other token covers.</summary>
    Byte = 6,
}
