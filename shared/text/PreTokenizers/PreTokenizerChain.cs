namespace LoraMesh.Text.PreTokenizers;

/// <param name="Steps">Applied one after the other, each to every piece of the one before.</param>
/// <param name="LeavesBytesToModel">Whether the model has still to write the pieces as bytes.</param>
/// <param name="AsksForOrigins">Whether a step goes by where in the original text a piece begins.</param>
internal sealed record PreTokenizerChain(IReadOnlyList<PreTokenizer> Steps, bool LeavesBytesToModel, bool AsksForOrigins)
{
    public List<Piece> Split(Piece piece)
    {
        var pieces = new List<Piece> { piece };
        foreach (var step in Steps)
        {
            var finer = new List<Piece>(pieces.Count);
            foreach (var one in pieces)
            {
                step.Split(one, finer);
            }

            pieces = finer;
        }

        return pieces;
    }
}
