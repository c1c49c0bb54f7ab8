using LoraMesh.Text.PreTokenizers;

namespace LoraMesh.Text.Models;

// Turns one piece of text into tokens.
internal abstract class TokenizerModel
{
    public abstract int VocabularySize { get; }

    public abstract int? TokenToId(string token);

    public abstract string? IdToToken(int id);

    public abstract void Tokenize(Piece piece, TokenList tokens);
}
