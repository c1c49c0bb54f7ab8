using LoraMesh.Text.Normalizers;

namespace LoraMesh.Text.PreTokenizers;

/// <summary>Pre-tokenizers that are applied one after the other, each to every piece of the one before.</summary>
internal sealed class PreTokenizerChain
{
    private readonly IReadOnlyList<PreTokenizer> _steps;

    // Where no step rewrites text, pieces are ranges of it: no lists of pieces are made.
    private readonly CuttingPreTokenizer[]? _cuts;

    public PreTokenizerChain(IReadOnlyList<PreTokenizer> steps, bool leavesBytesToModel, bool asksForOrigins)
    {
        _steps = steps;
        _cuts = steps.All(step => step is CuttingPreTokenizer) ? [.. steps.Cast<CuttingPreTokenizer>()] : null;
        LeavesBytesToModel = leavesBytesToModel;
        AsksForOrigins = asksForOrigins;
    }

    /// <summary>Whether the model has still to write the pieces as bytes.</summary>
    public bool LeavesBytesToModel { get; }

    /// <summary>Whether a step goes by where in the original text a piece begins.</summary>
    public bool AsksForOrigins { get; }

    /// <summary>Whether <see cref="Cut"/> can be asked instead of <see cref="Split"/>.</summary>
    public bool OnlyCuts => _cuts is not null;

    public List<Piece> Split(Piece piece)
    {
        var pieces = new List<Piece> { piece };
        foreach (var step in _steps)
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

    /// <summary>The pieces as ranges of the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="room">Lists to work with; one of them is the answer.</param>
    public List<(int Start, int End)> Cut(NormalizedText text, CuttingRoom room)
    {
        var (ranges, finer) = (room.Ranges, room.Finer);
        ranges.Clear();
        ranges.Add((0, text.Text.Length));
        foreach (var step in _cuts!)
        {
            finer.Clear();
            foreach (var (start, end) in ranges)
            {
                step.Cut(text.Text.AsSpan(start, end - start), start, room.Matches, finer);
            }

            (ranges, finer) = (finer, ranges);
        }

        return ranges;
    }
}

/// <summary>Lists for <see cref="PreTokenizerChain.Cut"/>, used again from text to text.</summary>
internal sealed class CuttingRoom
{
    public List<(int Start, int End)> Matches { get; } = [];

    public List<(int Start, int End)> Ranges { get; } = [];

    public List<(int Start, int End)> Finer { get; } = [];
}
