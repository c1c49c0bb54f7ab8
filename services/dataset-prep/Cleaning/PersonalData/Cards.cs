namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Payment cards by issuer range, length, grouping and check digit.</summary>
internal static class Cards
{
    /// <summary>Whether the number is one.</summary>
    public static bool Is(in NumberCandidate number)
    {
        var digits = number.Digits;
        return digits.Length is >= 13 and <= 19 && !number.Plus && (number.Even(' ') || number.Even('-'))
            && IsGrouped(number) && IsIssued(number) && CheckDigits.Luhn(digits);
    }

    private static bool IsGrouped(in NumberCandidate number) =>
        number.Runs == 1 || number.Shape(4, 4, 4, 4) || number.Shape(4, 6, 5) || number.Shape(4, 6, 4) || number.Shape(4, 4, 4, 4, 3);

    private static bool IsIssued(in NumberCandidate number)
    {
        var (length, head) = (number.Digits.Length, number.Value(0, 4));
        return head switch
        {
            >= 4000 and <= 4999 => length is 13 or 16 or 19,
            (>= 5100 and <= 5599) or (>= 2221 and <= 2720) => length == 16,
            (>= 3400 and <= 3499) or (>= 3700 and <= 3799) => length == 15,
            (>= 3000 and <= 3059) or (>= 3600 and <= 3699) or (>= 3800 and <= 3999) => length == 14,
            >= 3528 and <= 3589 => length is >= 16 and <= 19,
            6011 or (>= 6440 and <= 6599) or (>= 6200 and <= 6299) => length is >= 16 and <= 19,
            _ => false,
        };
    }
}
