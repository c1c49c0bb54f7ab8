using LoraMesh.Text.Constraints;

namespace LoraMesh.Text;

/// <summary>
/// What bytes each token of a model adds to a text: what constraints choose from. Special tokens add none and are not
/// chosen. Takes some tenths of a second and some megabytes to make for a large vocabulary; immutable.
/// </summary>
public sealed class TokenVocabulary
{
    private readonly byte[]?[] _within;
    private readonly byte[]?[] _first;

    /// <summary>Works it out.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="size">Number of logits in a row of the model; ids beyond the tokenizer's are never chosen.</param>
    public TokenVocabulary(Tokenizer tokenizer, int size)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        Size = size;
        _within = [.. Enumerable.Range(0, size).Select(id => tokenizer.BytesOf(id, atStart: false))];
        _first = [.. Enumerable.Range(0, size).Select(id => tokenizer.BytesOf(id, atStart: true))];
        Within = new TokenByteTrie(_within);
        var alike = _within.Zip(_first).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
        First = alike ? Within : new TokenByteTrie(_first);
    }

    /// <summary>Number of logits in a row.</summary>
    public int Size { get; }

    internal TokenByteTrie Within { get; }

    internal TokenByteTrie First { get; }

    internal ReadOnlySpan<byte> BytesOf(int id, bool isFirst) => (isFirst ? _first : _within)[id];
}
