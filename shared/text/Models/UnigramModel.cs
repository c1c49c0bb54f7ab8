using System.Text;
using LoraMesh.Text.PreTokenizers;
using LoraMesh.Text.Reading;

namespace LoraMesh.Text.Models;

// SentencePiece's unigram model: of all ways to cut a piece into tokens, the one with the highest sum of scores.
internal sealed class UnigramModel : TokenizerModel
{
    // How much worse than the worst token an unknown character is.
    private const double UnknownPenalty = 10.0;

    private readonly Vocabulary _vocabulary;
    private readonly double[] _scores;
    private readonly int? _unknownId;
    private readonly int[]? _fallbackIds;
    private readonly TokenGraph _graph = new();
    private readonly WordCache _cache = new();
    private readonly Func<string, Word> _encode;
    private readonly double _unknownScore;
    private readonly int _count;

    private UnigramModel(IReadOnlyList<(string Token, double Score)> tokens, int? unknownId, bool fallsBackToBytes)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < tokens.Count; id++)
        {
            ids[tokens[id].Token] = id;
            if (tokens[id].Token.Length > 0)
            {
                _graph.Add(tokens[id].Token, id);
            }
        }

        _vocabulary = new Vocabulary(ids);
        _scores = [.. tokens.Select(t => t.Score)];
        _unknownId = unknownId;
        _fallbackIds = fallsBackToBytes ? _vocabulary.ByteIds() : null;
        _unknownScore = _scores.Min() - UnknownPenalty;
        _count = tokens.Count;
        _encode = Encode;
    }

    public override int VocabularySize => _count;

    public static UnigramModel Read(JsonPart part)
    {
        var tokens = new List<(string, double)>();
        foreach (var item in part.Member("vocab").Items())
        {
            var pair = item.Items().ToArray();
            tokens.Add(pair.Length == 2 && tokens.Count < Vocabulary.MaxTokens
                ? (pair[0].String(), pair[1].Number())
                : throw item.Unexpected($"a token and its score, {Vocabulary.MaxTokens} at most"));
        }

        var unknown = part.Member("unk_id");
        return tokens.Count == 0
            ? throw part.Member("vocab").Unexpected("at least one token")
            : new UnigramModel(tokens, unknown.IsNull ? null : unknown.Integer(0, tokens.Count - 1), part.Member("byte_fallback").Boolean(false));
    }

    public override int? TokenToId(string token) => _vocabulary.IdOf(token);

    public override string? IdToToken(int id) => _vocabulary.TokenOf(id);

    public override void Tokenize(Piece piece, TokenList tokens) => tokens.Add(piece, _cache, _encode);

    private Word Encode(string text)
    {
        var ids = new List<int>();
        var ranges = new List<ByteRange>();
        var position = 0;
        foreach (var (start, end) in BestCuts(text))
        {
            var token = text.AsSpan(start, end - start);
            var range = new ByteRange(position, position + Encoding.UTF8.GetByteCount(token));
            position = range.End;
            if (_vocabulary.Find(token) is >= 0 and var known)
            {
                ids.Add(known);
            }
            else if (_fallbackIds is null || !FallBack(token, ids))
            {
                ids.Add(_unknownId ?? throw new TokenizerFormatException(
                    $"The text holds '{token}', which no token covers, and $.model.unk_id names no unknown token."));
            }

            // Each byte of what no token covers stands for all of it.
            while (ranges.Count < ids.Count)
            {
                ranges.Add(range);
            }
        }

        return new Word([.. ids], [.. ranges]);
    }

    private bool FallBack(ReadOnlySpan<char> token, List<int> ids)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(token)];
        Encoding.UTF8.GetBytes(token, bytes);
        if (!Array.TrueForAll(bytes, b => _fallbackIds![b] >= 0))
        {
            return false;
        }

        ids.AddRange(bytes.Select(b => _fallbackIds![b]));
        return true;
    }

    private List<(int Start, int End)> BestCuts(string text)
    {
        var best = new Node[text.Length + 1];
        Array.Fill(best, new Node(-1, -1, 0));
        for (var start = 0; start < text.Length;)
        {
            var width = start + 1 < text.Length && char.IsSurrogatePair(text[start], text[start + 1]) ? 2 : 1;
            var coversOne = false;
            var node = 0;
            for (var at = start; at < text.Length; at++)
            {
                (node, var id) = _graph.Step(node, text[at]);
                if (node < 0)
                {
                    break;
                }

                if (id >= 0)
                {
                    Offer(best, start, at + 1, id, _scores[id]);
                    coversOne |= at + 1 - start == width;
                }
            }

            if (!coversOne)
            {
                Offer(best, start, start + width, _unknownId ?? -1, _unknownScore);
            }

            start += width;
        }

        return WalkBack(best);
    }

    private static void Offer(Node[] best, int start, int end, int id, double score)
    {
        var total = best[start].Score + score;
        if (best[end].Start < 0 || total > best[end].Score)
        {
            best[end] = new Node(start, id, total);
        }
    }

    // Unknown characters in a row make one token.
    private List<(int Start, int End)> WalkBack(Node[] best)
    {
        var cuts = new List<(int Start, int End)>();
        var afterUnknown = false;
        for (var end = best.Length - 1; end > 0; end = best[end].Start)
        {
            var isUnknown = best[end].Id == (_unknownId ?? -1);
            if (isUnknown && afterUnknown)
            {
                cuts[^1] = (best[end].Start, cuts[^1].End);
            }
            else
            {
                cuts.Add((best[end].Start, end));
            }

            afterUnknown = isUnknown;
        }

        cuts.Reverse();
        return cuts;
    }

    private readonly record struct Node(int Start, int Id, double Score);
}
