using System.Collections.Frozen;

namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Finds IBANs: a country's code, its length (SWIFT's IBAN registry) and the check of ISO 7064; spaces between groups of four are allowed.</summary>
internal static class Ibans
{
    private const string Table =
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 "
        + "JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20";

    private static readonly FrozenDictionary<string, int> Lengths =
        Table.Split(' ').ToFrozenDictionary(entry => entry[..2], entry => int.Parse(entry.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture));

    private static readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> ByCode = Lengths.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Adds those of the text.</summary>
    public static void Find(ReadOnlySpan<char> text, List<PersonalDataSpan> found)
    {
        Span<char> iban = stackalloc char[34];
        Span<char> country = stackalloc char[2];
        for (var at = 0; at + 15 <= text.Length; at++)
        {
            if (!char.IsAsciiDigit(text[at + 2]) || !char.IsAsciiDigit(text[at + 3]) || !char.IsAsciiLetter(text[at]) || !char.IsAsciiLetter(text[at + 1]) || (at > 0 && WordSigns.Continues(text[at - 1])))
            {
                continue;
            }

            (country[0], country[1]) = (char.ToUpperInvariant(text[at]), char.ToUpperInvariant(text[at + 1]));
            if (ByCode.TryGetValue(country, out var length) && Take(text[at..], iban[..length]) is > 0 and var taken && CheckDigits.Mod97(iban[..length]))
            {
                found.Add(new PersonalDataSpan(at, taken, PersonalDataKind.Iban));
                at += taken - 1;
            }
        }
    }

    // Number of chars that were read to fill the IBAN; 0 where it ends early or goes on.
    private static int Take(ReadOnlySpan<char> text, Span<char> iban)
    {
        var (filled, at) = (0, 0);
        for (; at < text.Length && filled < iban.Length; at++)
        {
            if (char.IsAsciiLetterOrDigit(text[at]))
            {
                iban[filled++] = text[at];
            }
            else if (text[at] is not (' ' or '\u00A0' or '-') || filled % 4 != 0)
            {
                return 0;
            }
        }

        return filled == iban.Length && (at == text.Length || !WordSigns.Continues(text[at])) ? at : 0;
    }
}
