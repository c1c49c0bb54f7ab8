using System.Globalization;

namespace LoraMesh.Text.Patterns;

// A set of Unicode code points. The answers for ASCII are worked out at once, those for the rest of the basic plane a page
// at a time, when a page is first asked for.
internal sealed class CharacterSet
{
    public const int LastCodePoint = 0x10FFFF;

    private readonly Func<int, bool> _contains;
    private readonly bool[] _ascii = new bool[128];
    private readonly ulong[]?[] _pages = new ulong[256][];
    private IReadOnlyList<(int First, int Last)>? _ranges;
    private CharacterSet? _exceptOf;

    private CharacterSet(Func<int, bool> contains, IReadOnlyList<(int First, int Last)>? ranges = null)
    {
        _contains = contains;
        _ranges = ranges;
        for (var i = 0; i < _ascii.Length; i++)
        {
            _ascii[i] = contains(i);
        }
    }

    public static CharacterSet Empty { get; } = new(_ => false);

    public static CharacterSet Word { get; } = new(IsWord);

    /// <summary>What Oniguruma takes for a word outside of brackets: below U+0100 it goes by an older table.</summary>
    public static CharacterSet WordOutsideBrackets { get; } = Union([Word, Ranges((0xB2, 0xB3), (0xB9, 0xB9), (0xBC, 0xBE))]);

    public static CharacterSet Space { get; } = new(c => c <= char.MaxValue && char.IsWhiteSpace((char)c));

    /// <summary>The code points for which something holds; it is asked once for most.</summary>
    public static CharacterSet Where(Func<int, bool> contains) => new(contains);

    public static CharacterSet Range(int first, int last) => new(c => c >= first && c <= last, [(first, last)]);

    public static CharacterSet Ranges(params (int First, int Last)[] ranges) =>
        new(c => Array.Exists(ranges, r => c >= r.First && c <= r.Last));

    public static CharacterSet Categories(params UnicodeCategory[] categories)
    {
        var mask = categories.Aggregate(0u, (bits, category) => bits | (1u << (int)category));
        return new(c => (mask >> (int)CharUnicodeInfo.GetUnicodeCategory(c) & 1) != 0);
    }

    public static CharacterSet Union(IReadOnlyList<CharacterSet> sets) =>
        sets.Count == 1 ? sets[0] : Union([.. sets]);

    public CharacterSet Except() => new(c => !Contains(c)) { _exceptOf = this };

    public CharacterSet And(CharacterSet other) => new(c => Contains(c) && other.Contains(c));

    public CharacterSet IgnoringCase() => new(c =>
    {
        foreach (var variant in CaseFolding.Variants(c))
        {
            if (Contains(variant))
            {
                return true;
            }
        }

        return false;
    });

    /// <summary>The answers for ASCII, by code point.</summary>
    public ReadOnlySpan<bool> OfAscii => _ascii;

    /// <summary>Whether <see cref="ToRanges"/> need not ask for every code point there is.</summary>
    public bool HasRanges => _ranges is not null || _exceptOf is { HasRanges: true };

    /// <summary>The set as ranges from low to high, apart from each other.</summary>
    public IReadOnlyList<(int First, int Last)> ToRanges() => _ranges ??= _exceptOf is null ? CodePointRanges.Where(Contains) : CodePointRanges.Except(_exceptOf.ToRanges());

    public bool Contains(int codePoint) => codePoint < 128 ? _ascii[codePoint] : ContainsBeyondAscii(codePoint);

    private bool ContainsBeyondAscii(int codePoint)
    {
        if (codePoint > char.MaxValue)
        {
            return _contains(codePoint);
        }

        var page = _pages[codePoint >> 8] ?? Fill(codePoint >> 8);
        return (page[(codePoint >> 6) & 3] >> (codePoint & 63) & 1) != 0;
    }

    // Two threads may fill a page at once; they write the same.
    private ulong[] Fill(int number)
    {
        var page = new ulong[4];
        for (var i = 0; i < 256; i++)
        {
            page[i >> 6] |= (_contains((number << 8) + i) ? 1UL : 0) << (i & 63);
        }

        return _pages[number] = page;
    }

    private static CharacterSet Union(CharacterSet[] sets) => new(
        c =>
        {
            foreach (var set in sets)
            {
                if (set.Contains(c))
                {
                    return true;
                }
            }

            return false;
        },
        Array.TrueForAll(sets, set => set.HasRanges) ? CodePointRanges.Union(sets.SelectMany(set => set.ToRanges())) : null);

    // Alphabetic, Mark, Decimal_Number, Connector_Punctuation. .NET has no Alphabetic property: letters and letter
    // numbers, and the enclosed letters, are what it holds beyond marks.
    private static bool IsWord(int c) =>
        CharUnicodeInfo.GetUnicodeCategory(c) switch
        {
            <= UnicodeCategory.OtherLetter => true,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => true,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation => true,
            _ => c is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189),
        };
}
