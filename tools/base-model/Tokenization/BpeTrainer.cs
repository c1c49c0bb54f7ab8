using System.Text;
using System.Text.RegularExpressions;

namespace LoraMesh.BaseModel.Tokenization;

/// <summary>
/// Learns byte-pair merges (Sennrich et al., 2016, arXiv:1508.07909) over bytes written as GPT-2's printable letters.
/// Ties are broken by the order of the symbols, so that the same texts give the same merges.
/// </summary>
public sealed partial class BpeTrainer
{
    /// <summary>
    /// Cuts text into pieces that merges never cross: contractions, words with one leading sign or space,
    /// single digits, punctuation, line ends, spaces.
    /// </summary>
    public const string PiecePattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // Generated text repeats its word banks; damped counts let the rarer words shape the vocabulary too.
    private const double Damping = 0.8;

    private readonly Dictionary<string, int> _pieces = [];

    /// <summary>Counts the pieces of a text.</summary>
    public void Count(string text)
    {
        foreach (var match in Piece().EnumerateMatches(text))
        {
            var piece = text.Substring(match.Index, match.Length);
            _pieces[piece] = _pieces.GetValueOrDefault(piece) + 1;
        }
    }

    /// <summary>Learns merges until there are <paramref name="symbols"/> symbols, the 256 bytes included.</summary>
    /// <exception cref="InvalidDataException">The texts do not have enough different pairs.</exception>
    public Merges Train(int symbols, IProgress<string> progress, CancellationToken cancellation)
    {
        var names = ByteAlphabet.Symbols.ToList();
        var pieces = _pieces.OrderBy(piece => piece.Key, StringComparer.Ordinal).ToArray();
        var words = pieces.Select(piece => new Word(Bytes(piece.Key), Damped(piece.Value))).ToArray();
        var pairs = new PairCounts(words);
        var merges = new List<(int Left, int Right)>();
        while (names.Count < symbols)
        {
            cancellation.ThrowIfCancellationRequested();
            var best = pairs.MostFrequent() ?? throw new InvalidDataException(
                $"Tokenizer: after {merges.Count} merges no pair occurs twice, but {symbols} symbols are wanted. Give more text or a smaller --vocab.");
            merges.Add(best);
            names.Add(names[best.Left] + names[best.Right]);
            pairs.Merge(best, names.Count - 1);
            if (merges.Count % 500 == 0)
            {
                progress.Report($"{merges.Count} merges, newest '{names[^1]}'");
            }
        }

        return new Merges(names, merges, pieces.Zip(words, (piece, word) => (long)piece.Value * word.Symbols.Count).Sum());
    }

    private static int Damped(int count) => (int)Math.Ceiling(Math.Pow(count, Damping));

    private static List<int> Bytes(string piece) => [.. Encoding.UTF8.GetBytes(piece).Select(value => ByteAlphabet.IdOf(value))];

    [GeneratedRegex(PiecePattern)]
    private static partial Regex Piece();
}
