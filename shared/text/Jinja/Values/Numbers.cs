using System.Numerics;

namespace LoraMesh.Text.Jinja.Values;

// Python's arithmetic: whole numbers without bound (within reason), true division, floors towards minus infinity.
internal static class Numbers
{
    private const long MaxBits = 100_000;

    public static bool IsNumber(object? value) => value is bool or long or BigInteger or double;

    public static bool IsInteger(object? value) => value is bool or long or BigInteger;

    public static BigInteger ToBig(object value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long number => number,
        _ => (BigInteger)value,
    };

    public static double ToDouble(object value) => value is double number ? number : (double)ToBig(value);

    public static object Shrink(BigInteger value)
    {
        if (value >= long.MinValue && value <= long.MaxValue)
        {
            return (long)value;
        }

        return value.GetBitLength() <= MaxBits ? value : throw new JinjaException("a number is too large");
    }

    public static int Compare(object left, object right)
    {
        if (left is not double && right is not double)
        {
            return ToBig(left).CompareTo(ToBig(right));
        }

        var (a, b) = (ToDouble(left), ToDouble(right));
        return a < b ? -1 : a > b ? 1 : a == b ? 0 : 2;
    }

    public static object Negate(object value) => value is double number ? -number : Shrink(-ToBig(value));

    public static object Calculate(string op, object left, object right)
    {
        if (op == "/" || left is double || right is double)
        {
            return CalculateReal(op, ToDouble(left), ToDouble(right));
        }

        var (a, b) = (ToBig(left), ToBig(right));
        return op switch
        {
            "+" => Shrink(a + b),
            "-" => Shrink(a - b),
            "*" => a.GetBitLength() + b.GetBitLength() <= MaxBits ? Shrink(a * b) : throw new JinjaException("a number is too large"),
            "//" => Shrink(FloorDivide(a, b)),
            "%" => Shrink(a - (FloorDivide(a, b) * b)),
            "**" when b.Sign < 0 => CalculateReal(op, (double)a, (double)b),
            "**" => Power(a, b),
            _ => throw new InvalidOperationException($"No operator {op}."),
        };
    }

    private static double CalculateReal(string op, double a, double b) => op switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => b != 0 ? a / b : throw new JinjaException("division by zero"),
        "//" => b != 0 ? Math.Floor(a / b) : throw new JinjaException("float floor division by zero"),
        "%" => b != 0 ? a - (Math.Floor(a / b) * b) : throw new JinjaException("float modulo by zero"),
        "**" => a == 0 && b < 0 ? throw new JinjaException("0.0 cannot be raised to a negative power") : Math.Pow(a, b),
        _ => throw new InvalidOperationException($"No operator {op}."),
    };

    private static BigInteger FloorDivide(BigInteger a, BigInteger b)
    {
        if (b.IsZero)
        {
            throw new JinjaException("integer division or modulo by zero");
        }

        var quotient = BigInteger.DivRem(a, b, out var remainder);
        return !remainder.IsZero && (remainder.Sign < 0) != (b.Sign < 0) ? quotient - 1 : quotient;
    }

    private static object Power(BigInteger a, BigInteger b) =>
        b <= MaxBits && (a.GetBitLength() * (long)b <= MaxBits || BigInteger.Abs(a) <= 1)
            ? Shrink(BigInteger.Pow(a, (int)b))
            : throw new JinjaException("a number is too large");
}
