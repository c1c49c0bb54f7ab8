using System.Text;
using LoraMesh.Text.Normalizers;
using LoraMesh.Text.PreTokenizers;
using LoraMesh.Text.Reading;

namespace LoraMesh.Text.Models;

// Byte-pair encoding.
internal sealed class BytePairModel : TokenizerModel
{
    // SentencePiece's space.
    private const char Mark = '\u2581';

    private readonly Vocabulary _vocabulary;
    private readonly MergeTable _merges;
    private readonly BytePairOptions _options;
    private readonly int? _unknownId;
    private readonly int[]? _fallbackIds;
    private readonly WordCache _cache = new();
    private readonly Func<string, Word> _encode;
    private readonly bool _cutsAtMarks;

    private BytePairModel(Vocabulary vocabulary, MergeTable merges, BytePairOptions options, int? unknownId)
    {
        _vocabulary = vocabulary;
        _merges = merges;
        _options = options;
        _encode = Encode;
        _unknownId = unknownId;
        if (options.FallsBackToBytes)
        {
            _fallbackIds = vocabulary.ByteIds();
        }

        _cutsAtMarks = options is { WritesBytes: false, IgnoresMerges: false, ContinuingPrefix: null, EndOfWordSuffix: null }
            && vocabulary.Find([Mark]) >= 0 && !vocabulary.HasInside(Mark);
    }

    public override int VocabularySize => _vocabulary.Count;

    public static BytePairModel Read(JsonPart part, bool writesBytes)
    {
        var options = BytePairOptions.Read(part, writesBytes);
        var vocabulary = Vocabulary.Read(part.Member("vocab"));
        int? unknownId = options.UnknownToken is not { } unknown ? null
            : vocabulary.IdOf(unknown) ?? throw part.Member("unk_token").Unexpected("a token of $.model.vocab");
        return new BytePairModel(vocabulary, MergeTable.Read(part.Member("merges"), vocabulary, options.ContinuingPrefix), options, unknownId);
    }

    public override int? TokenToId(string token) => _vocabulary.IdOf(token);

    public override string? IdToToken(int id) => _vocabulary.TokenOf(id);

    // Text that comes as one long piece falls into words where no token reaches from one into the next: the ids are the
    // same, and words come again.
    public override void Tokenize(Piece piece, TokenList tokens)
    {
        if (!_cutsAtMarks)
        {
            tokens.Add(piece, _cache, _encode);
            return;
        }

        var chars = piece.Chars;
        var start = 0;
        for (var i = 1; i < chars.Length; i++)
        {
            if (chars[i] == Mark && chars[i - 1] != Mark)
            {
                tokens.Add(piece.Slice(start, i), _cache, _encode);
                start = i;
            }
        }

        tokens.Add(piece.Slice(start, chars.Length), _cache, _encode);
    }

    public override void Tokenize(NormalizedText text, ReadOnlySpan<(int Start, int End)> ranges, TokenList tokens)
    {
        if (_cutsAtMarks)
        {
            base.Tokenize(text, ranges, tokens);
            return;
        }

        tokens.Add(text, ranges, _cache, _encode);
    }

    private Word Encode(string text)
    {
        var written = _options.WritesBytes ? WriteBytes(text) : text;
        if (_options.IgnoresMerges && _vocabulary.IdOf(written) is { } whole)
        {
            return Word.One(whole, Encoding.UTF8.GetByteCount(text));
        }

        return new MergeQueue(_merges, FirstSymbols(written)).Run();
    }

    private static string WriteBytes(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return string.Create(bytes.Length, bytes, (chars, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                chars[i] = ByteAlphabet.CharOf(from[i]);
            }
        });
    }

    // One symbol a code point; what the vocabulary lacks becomes bytes, else the unknown token, else nothing.
    private List<(int Id, int Length)> FirstSymbols(string word)
    {
        var symbols = new List<(int Id, int Length)>(word.Length);
        (int Id, int Length)? unknown = null;
        Span<byte> bytes = stackalloc byte[4];
        var position = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            var end = position + rune.Utf16SequenceLength;
            var id = FirstId(word, position, end);
            var length = rune.EncodeToUtf8(bytes);
            var weight = _options.WritesBytes ? 1 : length;
            position = end;
            if (id >= 0)
            {
                Flush();
                symbols.Add((id, weight));
            }
            else if (_fallbackIds is not null && AllKnown(bytes[..length]))
            {
                foreach (var b in bytes[..length])
                {
                    symbols.Add((_fallbackIds[b], 1));
                }
            }
            else if (_unknownId is { } unknownId)
            {
                if (!_options.FusesUnknown)
                {
                    Flush();
                }

                unknown = (unknownId, (unknown?.Length ?? 0) + weight);
            }
        }

        Flush();
        return symbols;

        void Flush()
        {
            if (unknown is { } pending)
            {
                symbols.Add(pending);
                unknown = null;
            }
        }
    }

    private int FirstId(string word, int start, int end)
    {
        var prefix = start > 0 ? _options.ContinuingPrefix : null;
        var suffix = end == word.Length ? _options.EndOfWordSuffix : null;
        return prefix is null && suffix is null
            ? _vocabulary.Find(word.AsSpan(start, end - start))
            : _vocabulary.Find($"{prefix}{word.AsSpan(start, end - start)}{suffix}");
    }

    private bool AllKnown(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (_fallbackIds![b] < 0)
            {
                return false;
            }
        }

        return true;
    }
}
