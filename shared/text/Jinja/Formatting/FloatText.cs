using System.Globalization;
using System.Numerics;

namespace LoraMesh.Text.Jinja.Formatting;

// Floats as Python writes them.
internal static class FloatText
{
    /// <summary>The shortest text that reads back the same, with a point or an exponent.</summary>
    public static string Repr(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        var (negative, digits, exponent) = Digits(value);
        var sign = negative ? "-" : "";
        if (exponent is < -4 or >= 16)
        {
            return $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        return exponent < 0 ? $"{sign}0.{new string('0', -exponent - 1)}{digits}"
            : digits.Length <= exponent + 1 ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>With so many digits after the point, rounded exactly, ties to even.</summary>
    public static string Fixed(double value, int precision)
    {
        if (!double.IsFinite(value))
        {
            return Repr(value);
        }

        var (numerator, denominator) = Fraction(Math.Abs(value));
        var scaled = RoundedQuotient(numerator * BigInteger.Pow(10, precision), denominator);
        var digits = scaled.ToString(CultureInfo.InvariantCulture).PadLeft(precision + 1, '0');
        var sign = double.IsNegative(value) ? "-" : "";
        return precision == 0 ? sign + digits : $"{sign}{digits[..^precision]}.{digits[^precision..]}";
    }

    /// <summary>With one digit before the point and an exponent.</summary>
    public static string Exponent(double value, int precision, char letter)
    {
        if (!double.IsFinite(value))
        {
            return Repr(value);
        }

        var text = value.ToString($"E{precision}", CultureInfo.InvariantCulture);
        var split = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(text[(split + 1)..], CultureInfo.InvariantCulture);
        return $"{text[..split]}{letter}{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    /// <summary>Fixed or with an exponent, whichever suits the size, without trailing zeros.</summary>
    public static string General(double value, int precision, char letter, bool keepZeros)
    {
        if (!double.IsFinite(value))
        {
            return Repr(value);
        }

        precision = Math.Max(precision, 1);
        var written = Exponent(value, precision - 1, letter);
        var split = written.IndexOf(letter, StringComparison.Ordinal);
        var exponent = int.Parse(written[(split + 1)..], CultureInfo.InvariantCulture);
        return exponent < -4 || exponent >= precision
            ? (keepZeros ? written[..split] : Trim(written[..split])) + written[split..]
            : keepZeros ? Fixed(value, precision - 1 - exponent) : Trim(Fixed(value, precision - 1 - exponent));
    }

    /// <summary>Python's round(): to so many digits, which may be negative.</summary>
    public static double Round(double value, int digits)
    {
        if (!double.IsFinite(value) || digits > 322)
        {
            return value;
        }

        if (digits >= 0)
        {
            return double.Parse(Fixed(value, digits), CultureInfo.InvariantCulture);
        }

        var (numerator, denominator) = Fraction(Math.Abs(value));
        var unit = BigInteger.Pow(10, Math.Min(-digits, 400));
        return Math.CopySign((double)(RoundedQuotient(numerator, denominator * unit) * unit), value);
    }

    private static string Trim(string text) => text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text;

    private static (bool Negative, string Digits, int Exponent) Digits(double value)
    {
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var negative = double.IsNegative(value);
        if (value == 0)
        {
            return (negative, "0", 0);
        }

        var split = shortest.IndexOf('E', StringComparison.Ordinal);
        var mantissa = (split < 0 ? shortest : shortest[..split]).TrimStart('-');
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        var point = mantissa.IndexOf('.', StringComparison.Ordinal) is >= 0 and var at ? at : mantissa.Length;
        var leading = mantissa.Replace(".", "", StringComparison.Ordinal).TakeWhile(c => c == '0').Count();
        var exponent = point - 1 - leading + (split < 0 ? 0 : int.Parse(shortest[(split + 1)..], CultureInfo.InvariantCulture));
        return (negative, digits, exponent);
    }

    private static (BigInteger Numerator, BigInteger Denominator) Fraction(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52 & 0x7FF);
        BigInteger mantissa = (bits & 0xFFFFFFFFFFFFFL) | (exponent == 0 ? 0 : 1L << 52);
        var shift = Math.Max(exponent, 1) - 1075;
        return shift >= 0 ? (mantissa << shift, 1) : (mantissa, BigInteger.One << -shift);
    }

    private static BigInteger RoundedQuotient(BigInteger numerator, BigInteger denominator)
    {
        var quotient = BigInteger.DivRem(numerator, denominator, out var remainder);
        var twice = (remainder * 2).CompareTo(denominator);
        return twice > 0 || (twice == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }
}
