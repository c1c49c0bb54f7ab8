using LoraMesh.Text.Normalizers;
using LoraMesh.Text.PreTokenizers;

namespace LoraMesh.Text.Models;

// Turns one piece of text into tokens.
internal abstract class TokenizerModel
{
    public abstract int VocabularySize { get; }

    public abstract int? TokenToId(string token);

    public abstract string? IdToToken(int id);

    public abstract void Tokenize(Piece piece, TokenList tokens);

    /// <summary>The same for pieces that are ranges of one text.</summary>
    public virtual void Tokenize(NormalizedText text, ReadOnlySpan<(int Start, int End)> ranges, TokenList tokens)
    {
        foreach (var (start, end) in ranges)
        {
            Tokenize(new Piece(text, start, end), tokens);
        }
    }
}
