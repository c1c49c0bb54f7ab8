namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Finds citizens' codes of letters and digits: British, Spanish, Italian and Finnish ones.</summary>
internal static class NationalCodes
{
    private const string SpanishLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
    private const string FinnishSigns = "0123456789ABCDEFHJKLMNPRSTUVWXY";

    // Values of '0'..'9' and 'A'..'Z' at odd places of an Italian codice fiscale (Decreto ministeriale 23 December 1976).
    private static readonly int[] ItalianOdd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

    /// <summary>Adds those of the text.</summary>
    public static void Find(ReadOnlySpan<char> text, List<PersonalDataSpan> found)
    {
        Span<char> code = stackalloc char[16];
        for (var at = 0; at < text.Length; at++)
        {
            // All of them begin with a capital letter or a digit, which few words do.
            if (!(char.IsAsciiLetterUpper(text[at]) || char.IsAsciiDigit(text[at])) || (at > 0 && (WordSigns.Continues(text[at - 1]) || text[at - 1] is '-' or '_' or '.')))
            {
                continue;
            }

            foreach (var (length, gap) in (ReadOnlySpan<(int, char)>)[(16, ' '), (9, ' '), (9, '-'), (11, '\0')])
            {
                if (Take(text[at..], code[..length], gap) is > 0 and var taken && Is(code[..length], text.Slice(at, taken)))
                {
                    found.Add(new PersonalDataSpan(at, taken, PersonalDataKind.NationalId));
                    at += taken - 1;
                    break;
                }
            }
        }
    }

    private static bool Is(ReadOnlySpan<char> code, ReadOnlySpan<char> written) => code.Length switch
    {
        16 => written.Length == 16 && IsItalian(code),
        11 => IsFinnish(code),
        _ => IsSpanish(code, written) || IsBritish(code, written),
    };

    private static bool IsSpanish(ReadOnlySpan<char> code, ReadOnlySpan<char> written)
    {
        if (written.Length > 10 || written.Contains(' ') || !char.IsAsciiLetterUpper(code[8]))
        {
            return false;
        }

        var head = code[0] is >= 'X' and <= 'Z' ? code[0] - 'X' : char.IsAsciiDigit(code[0]) ? code[0] - '0' : -1;
        return head >= 0 && !code[1..8].ContainsAnyExceptInRange('0', '9')
            && code[8] == SpanishLetters[((head * 10_000_000) + int.Parse(code[1..8], System.Globalization.CultureInfo.InvariantCulture)) % 23];
    }

    private static bool IsBritish(ReadOnlySpan<char> code, ReadOnlySpan<char> written) =>
        !written.Contains('-') && !"DFIQUV".Contains(code[0]) && !"DFIQUVO".Contains(code[1]) && char.IsAsciiLetterUpper(code[0]) && char.IsAsciiLetterUpper(code[1])
        && code[..2] is not ("BG" or "GB" or "NK" or "KN" or "TN" or "NT" or "ZZ") && !code[2..8].ContainsAnyExceptInRange('0', '9') && code[8] is >= 'A' and <= 'D';

    private static bool IsItalian(ReadOnlySpan<char> code)
    {
        var sum = 0;
        for (var i = 0; i < 15; i++)
        {
            var isLetter = char.IsAsciiLetterUpper(code[i]);
            if (!isLetter && (!char.IsAsciiDigit(code[i]) || i is < 6 or 8 or 11))
            {
                return false;
            }

            var value = isLetter ? code[i] - 'A' : code[i] - '0';
            sum += i % 2 == 0 ? ItalianOdd[value] : value;
        }

        return code[15] == 'A' + (sum % 26);
    }

    private static bool IsFinnish(ReadOnlySpan<char> code) =>
        code[6] is '-' or 'A' or '+' && !code[..6].ContainsAnyExceptInRange('0', '9') && !code[7..10].ContainsAnyExceptInRange('0', '9')
        && code[10] == FinnishSigns[int.Parse([.. code[..6], .. code[7..10]], System.Globalization.CultureInfo.InvariantCulture) % 31];

    // Number of chars read to fill the code, single gaps left out; 0 where it ends early or goes on. Without a gap every sign counts.
    private static int Take(ReadOnlySpan<char> text, Span<char> code, char gap)
    {
        var (filled, at) = (0, 0);
        for (; at < text.Length && filled < code.Length; at++)
        {
            if (gap == '\0' ? !char.IsWhiteSpace(text[at]) : char.IsAsciiLetterOrDigit(text[at]))
            {
                code[filled++] = text[at];
            }
            else if (gap == '\0' || text[at] != gap || (filled > 0 && text[at - 1] == gap))
            {
                return 0;
            }
        }

        return filled == code.Length && (at == text.Length || !(WordSigns.Continues(text[at]) || text[at] is '-' or '_')) ? at : 0;
    }
}
