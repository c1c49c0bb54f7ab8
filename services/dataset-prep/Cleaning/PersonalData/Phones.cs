namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Telephone numbers: international by their country code, national ones by their grouping, others by a word nearby.</summary>
internal static class Phones
{
    /// <summary>Whether the number is one.</summary>
    public static bool Is(in NumberCandidate number)
    {
        var digits = number.Digits;
        if (digits.Length is < 7 or > 17 || HasSign(number, ',') || HasSign(number, ':') || HasSign(number, '_') || IsDate(number))
        {
            return false;
        }

        if (number.Plus)
        {
            return IsInternational(digits);
        }

        if (digits is ['0', '0', not '0', ..] && number.Length(0) <= 4)
        {
            return number.Runs > 1 && IsInternational(digits[2..]);
        }

        return IsNorthAmerican(number) || IsWithTrunkZero(number) || (Nearby.Phone(number.Text, number.Start) && digits.Length is >= 8 and <= 12);
    }

    private static bool IsInternational(ReadOnlySpan<char> digits) => digits[0] switch
    {
        '0' => false,
        '1' => digits.Length == 11 && digits[1] >= '2' && digits[4] >= '2',
        _ => digits.Length is >= 9 and <= 15,
    };

    // (415) 555-2671, 415-555-2671, 415.555.2671, 1-415-555-2671: neither area nor exchange begins with 0 or 1.
    private static bool IsNorthAmerican(in NumberCandidate number)
    {
        var withCountry = number.Shape(1, 3, 3, 4) && number.Digits[0] == '1';
        var digits = withCountry ? number.Digits[1..] : number.Digits;
        var grouped = withCountry ? number.Even('-') || number.Even('.') : number.Shape(3, 3, 4) && (number.Bracketed || number.Even('-') || number.Even('.'));
        return grouped && digits[0] >= '2' && digits[3] >= '2';
    }

    // 030 1234567, 089/123456, 01 23 45 67 89, 020 7946 0958, 06-12345678.
    private static bool IsWithTrunkZero(in NumberCandidate number) =>
        number.Digits[0] == '0' && number.Digits[1] != '0' && number.Digits.Length is >= 9 and <= 12 && number.Runs is >= 2 and <= 6
        && (number.Length(0) is >= 3 and <= 6 || number.Shape(2, 2, 2, 2, 2) || (number.Length(0) == 2 && number.Length(number.Runs - 1) >= 4));

    private static bool HasSign(in NumberCandidate number, char sign)
    {
        for (var i = number.Start; i < number.End; i++)
        {
            if (number.Text[i] == sign)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsDate(in NumberCandidate number) =>
        (number.Shape(2, 2, 4) && number.Gap != ' ') || number.Shape(4, 2, 2) || (number.Runs >= 4 && number.Shape(4, 2, 2, 2)) || number.Shape(4, 2, 2, 2, 2)
        || (number.Digits.Length == 8 && number.Runs == 1 && number.Value(0, 4) is >= 1900 and <= 2100);
}
