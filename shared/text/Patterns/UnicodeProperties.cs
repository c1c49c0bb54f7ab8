using System.Globalization;
using static System.Globalization.UnicodeCategory;

namespace LoraMesh.Text.Patterns;

// The names that \p{…} and [:…:] may bear.
internal static class UnicodeProperties
{
    private static readonly UnicodeCategory[] Letters =
        [UppercaseLetter, LowercaseLetter, TitlecaseLetter, ModifierLetter, OtherLetter];

    private static readonly UnicodeCategory[] Marks = [NonSpacingMark, SpacingCombiningMark, EnclosingMark];

    private static readonly UnicodeCategory[] Punctuation =
    [
        ConnectorPunctuation, DashPunctuation, OpenPunctuation, ClosePunctuation, InitialQuotePunctuation, FinalQuotePunctuation,
        OtherPunctuation,
    ];

    private static readonly Dictionary<string, CharacterSet> Sets = Build();

    /// <summary>The set of that name, or null where it is not known. Case, spaces, hyphens and underscores do not count.</summary>
    public static CharacterSet? Find(string name) =>
        Sets.GetValueOrDefault(string.Concat(name.Where(c => c is not (' ' or '-' or '_'))).ToLowerInvariant());

    /// <summary>The set of a POSIX name in brackets, which differ from properties in two cases.</summary>
    public static CharacterSet? FindPosix(string name) => name switch
    {
        "punct" => CharacterSet.Union([Sets["p"], Sets["s"]]),
        "word" => CharacterSet.Word,
        _ => Find(name),
    };

    private static Dictionary<string, CharacterSet> Build()
    {
        var sets = new Dictionary<string, CharacterSet>();
        foreach (var (names, categories) in GeneralCategories())
        {
            foreach (var name in names.Split(' '))
            {
                sets[name] = CharacterSet.Categories(categories);
            }
        }

        sets["any"] = CharacterSet.Range(0, CharacterSet.LastCodePoint);
        sets["ascii"] = CharacterSet.Range(0, 0x7F);
        sets["space"] = sets["whitespace"] = CharacterSet.Space;
        sets["word"] = CharacterSet.WordOutsideBrackets;
        sets["alpha"] = sets["alphabetic"] =
            CharacterSet.Word.And(CharacterSet.Union([CharacterSet.Categories(DecimalDigitNumber, ConnectorPunctuation), MarksBeyondAlphabet.All]).Except());
        sets["alnum"] = CharacterSet.Union([sets["alpha"], sets["nd"]]);
        sets["digit"] = sets["nd"];
        sets["upper"] = sets["uppercase"] = CharacterSet.Union([sets["lu"], CharacterSet.Ranges((0x2160, 0x216F), (0x24B6, 0x24CF), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189))]);
        sets["lower"] = sets["lowercase"] = CharacterSet.Union([sets["ll"], CharacterSet.Ranges(
            (0x00AA, 0x00AA), (0x00BA, 0x00BA), (0x02B0, 0x02B8), (0x02C0, 0x02C1), (0x02E0, 0x02E4), (0x0345, 0x0345),
            (0x037A, 0x037A), (0x10FC, 0x10FC), (0x1D2C, 0x1D6A), (0x1D78, 0x1D78), (0x1D9B, 0x1DBF), (0x2071, 0x2071),
            (0x207F, 0x207F), (0x2090, 0x209C), (0x2170, 0x217F), (0x24D0, 0x24E9), (0x2C7C, 0x2C7D), (0xA69C, 0xA69D),
            (0xA770, 0xA770), (0xA7F2, 0xA7F4), (0xA7F8, 0xA7F9), (0xAB5C, 0xAB5F), (0xAB69, 0xAB69), (0x10780, 0x10780),
            (0x10783, 0x10785), (0x10787, 0x107B0), (0x107B2, 0x107BA), (0x1E030, 0x1E06D))]);
        sets["xdigit"] = CharacterSet.Ranges(('0', '9'), ('A', 'F'), ('a', 'f'));
        sets["blank"] = CharacterSet.Union([sets["zs"], CharacterSet.Range('\t', '\t')]);
        sets["han"] = CharacterSet.Ranges(
            (0x2E80, 0x2E99), (0x2E9B, 0x2EF3), (0x2F00, 0x2FD5), (0x3005, 0x3005), (0x3007, 0x3007), (0x3021, 0x3029),
            (0x3038, 0x303B), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFA6D), (0xFA70, 0xFAD9), (0x16FE2, 0x16FE3),
            (0x16FF0, 0x16FF1), (0x20000, 0x2A6DF), (0x2A700, 0x2B739), (0x2B740, 0x2B81D), (0x2B820, 0x2CEA1),
            (0x2CEB0, 0x2EBE0), (0x2EBF0, 0x2EE5D), (0x2F800, 0x2FA1D), (0x30000, 0x3134A), (0x31350, 0x323AF));
        sets["hiragana"] = CharacterSet.Ranges(
            (0x3041, 0x3096), (0x309D, 0x309F), (0x1B001, 0x1B11F), (0x1B132, 0x1B132), (0x1B150, 0x1B152), (0x1F200, 0x1F200));
        sets["katakana"] = CharacterSet.Ranges(
            (0x30A1, 0x30FA), (0x30FD, 0x30FF), (0x31F0, 0x31FF), (0x32D0, 0x32FE), (0x3300, 0x3357), (0xFF66, 0xFF6F),
            (0xFF71, 0xFF9D), (0x1AFF0, 0x1AFF3), (0x1AFF5, 0x1AFFB), (0x1AFFD, 0x1AFFE), (0x1B000, 0x1B000),
            (0x1B120, 0x1B122), (0x1B155, 0x1B155), (0x1B164, 0x1B167));
        sets["hangul"] = CharacterSet.Ranges(
            (0x1100, 0x11FF), (0x302E, 0x302F), (0x3131, 0x318E), (0x3200, 0x321E), (0x3260, 0x327E), (0xA960, 0xA97C),
            (0xAC00, 0xD7A3), (0xD7B0, 0xD7C6), (0xD7CB, 0xD7FB), (0xFFA0, 0xFFBE), (0xFFC2, 0xFFC7), (0xFFCA, 0xFFCF),
            (0xFFD2, 0xFFD7), (0xFFDA, 0xFFDC));
        return sets;
    }

    private static IEnumerable<(string Names, UnicodeCategory[] Categories)> GeneralCategories() =>
    [
        ("l letter", Letters),
        ("lc casedletter", [UppercaseLetter, LowercaseLetter, TitlecaseLetter]),
        ("lu uppercaseletter", [UppercaseLetter]),
        ("ll lowercaseletter", [LowercaseLetter]),
        ("lt titlecaseletter", [TitlecaseLetter]),
        ("lm modifierletter", [ModifierLetter]),
        ("lo otherletter", [OtherLetter]),
        ("m mark combiningmark", Marks),
        ("mn nonspacingmark", [NonSpacingMark]),
        ("mc spacingmark", [SpacingCombiningMark]),
        ("me enclosingmark", [EnclosingMark]),
        ("n number", [DecimalDigitNumber, LetterNumber, OtherNumber]),
        ("nd decimalnumber", [DecimalDigitNumber]),
        ("nl letternumber", [LetterNumber]),
        ("no othernumber", [OtherNumber]),
        ("p punct punctuation", Punctuation),
        ("pc connectorpunctuation", [ConnectorPunctuation]),
        ("pd dashpunctuation", [DashPunctuation]),
        ("ps openpunctuation", [OpenPunctuation]),
        ("pe closepunctuation", [ClosePunctuation]),
        ("pi initialpunctuation", [InitialQuotePunctuation]),
        ("pf finalpunctuation", [FinalQuotePunctuation]),
        ("po otherpunctuation", [OtherPunctuation]),
        ("s symbol", [MathSymbol, CurrencySymbol, ModifierSymbol, OtherSymbol]),
        ("sm mathsymbol", [MathSymbol]),
        ("sc currencysymbol", [CurrencySymbol]),
        ("sk modifiersymbol", [ModifierSymbol]),
        ("so othersymbol", [OtherSymbol]),
        ("z separator", [SpaceSeparator, LineSeparator, ParagraphSeparator]),
        ("zs spaceseparator", [SpaceSeparator]),
        ("zl lineseparator", [LineSeparator]),
        ("zp paragraphseparator", [ParagraphSeparator]),
        ("c other", [Control, Format, Surrogate, PrivateUse, OtherNotAssigned]),
        ("cc cntrl control", [Control]),
        ("cf format", [Format]),
        ("cs surrogate", [Surrogate]),
        ("co privateuse", [PrivateUse]),
        ("cn unassigned", [OtherNotAssigned]),
    ];
}
