namespace LoraMesh.Text.PreTokenizers;

// Cuts text into the pieces over which no token reaches.
internal abstract class PreTokenizer
{
    /// <summary>Adds what a piece falls apart into; pieces without text are left out.</summary>
    public abstract void Split(Piece piece, List<Piece> pieces);
}
