namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Citizens' numbers of digits alone. Where one in ten numbers would fit by chance, a word nearby is asked for.</summary>
internal static class NationalNumbers
{
    /// <summary>Whether the number is one.</summary>
    public static bool Is(in NumberCandidate number) => !number.Plus && number.Digits.Length switch
    {
        9 => IsUnitedStates(number) || IsDutch(number),
        10 => IsSwedish(number),
        11 => IsGerman(number) || IsPolish(number) || IsBelgian(number) || IsBrazilian(number),
        13 => IsSwiss(number),
        15 => IsFrench(number),
        _ => false,
    };

    // Social security number: areas 000, 666 and 900 to 999, group 00 and serial 0000 are never given.
    private static bool IsUnitedStates(in NumberCandidate number)
    {
        var given = number.Value(0, 3) is not (0 or 666 or >= 900) && number.Value(3, 2) != 0 && number.Value(5, 4) != 0;
        return given && ((number.Shape(3, 2, 4) && number.Even('-')) || ((number.Runs == 1 || number.Shape(3, 2, 4)) && Nearby.Citizen(number.Text, number.Start)));
    }

    // Burgerservicenummer: the "eleven test".
    private static bool IsDutch(in NumberCandidate number) =>
        (number.Runs == 1 || number.Even('.') || number.Even(' ')) && Nearby.Citizen(number.Text, number.Start)
        && CheckDigits.Weighted(number.Digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0;

    // Personnummer: a day, three digits, Luhn.
    private static bool IsSwedish(in NumberCandidate number) =>
        number.Shape(6, 4) && number.Gap == '-' && IsDay(number.Value(2, 2), number.Value(4, 2)) && CheckDigits.Luhn(number.Digits);

    // Steuer-Identifikationsnummer: of the first ten digits exactly one comes twice or thrice.
    private static bool IsGerman(in NumberCandidate number)
    {
        if (number.Digits[0] == '0' || !(number.Runs == 1 || (number.Shape(2, 3, 3, 3) && number.Even(' '))))
        {
            return false;
        }

        Span<int> counts = stackalloc int[10];
        foreach (var c in number.Digits[..10])
        {
            counts[c - '0']++;
        }

        return counts.Count(2) + counts.Count(3) == 1 && counts.Count(1) >= 7 && CheckDigits.Mod11And10(number.Digits);
    }

    // PESEL: the century is added to the month.
    private static bool IsPolish(in NumberCandidate number) =>
        number.Runs == 1 && number.Value(2, 2) < 93 && IsDay(number.Value(2, 2) % 20, number.Value(4, 2))
        && CheckDigits.Weighted(number.Digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0;

    // Rijksregisternummer; those born from 2000 on count with a 2 before.
    private static bool IsBelgian(in NumberCandidate number)
    {
        var head = long.Parse(number.Digits[..9], System.Globalization.CultureInfo.InvariantCulture);
        var check = number.Value(9, 2);
        return number.Shape(2, 2, 2, 3, 2) && number.Gap == '.' && IsDay(number.Value(2, 2), number.Value(4, 2))
            && (97 - (head % 97) == check || 97 - ((2_000_000_000 + head) % 97) == check);
    }

    // CPF, in its usual spelling only.
    private static bool IsBrazilian(in NumberCandidate number)
    {
        static int Digit(int sum) => sum % 11 < 2 ? 0 : 11 - (sum % 11);
        return number.Shape(3, 3, 3, 2) && number.Gap == '.' && number.Text[number.End - 3] == '-'
            && Digit(CheckDigits.Weighted(number.Digits, [10, 9, 8, 7, 6, 5, 4, 3, 2])) == number.Digits[9] - '0'
            && Digit(CheckDigits.Weighted(number.Digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2])) == number.Digits[10] - '0';
    }

    // AHV: an EAN-13 of the country code 756.
    private static bool IsSwiss(in NumberCandidate number) =>
        number.Value(0, 3) == 756 && (number.Runs == 1 || (number.Shape(3, 4, 4, 2) && !number.Mixed))
        && CheckDigits.Weighted(number.Digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 == 0;

    // Numéro de sécurité sociale: 97 less the rest of the first thirteen digits.
    private static bool IsFrench(in NumberCandidate number) =>
        number.Digits[0] is '1' or '2' && (number.Runs == 1 || number.Even(' ')) && number.Value(3, 2) is (>= 1 and <= 12) or (>= 20 and <= 42) or >= 50
        && 97 - (long.Parse(number.Digits[..13], System.Globalization.CultureInfo.InvariantCulture) % 97) == number.Value(13, 2);

    private static bool IsDay(int month, int day) => month is >= 1 and <= 12 && day is >= 1 and <= 31;
}
