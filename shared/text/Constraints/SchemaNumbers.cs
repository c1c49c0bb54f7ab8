using System.Globalization;
using System.Text.Json;

namespace LoraMesh.Text.Constraints;

// Numbers of a schema. Bounds of integers are kept digit by digit; those of other numbers where they are whole.
internal sealed class SchemaNumbers(GrammarBuilder grammar, JsonRules json)
{
    private const decimal Largest = 999_999_999_999_999;

    public int Add(int from, JsonElement schema, string place, bool isWhole)
    {
        if (schema.TryGetProperty("multipleOf", out var step) && !(isWhole && step.ValueKind == JsonValueKind.Number && step.TryGetDecimal(out var unit) && unit == 1))
        {
            throw new ConstraintException($"{place}.multipleOf", "'multipleOf' is not supported where answers are held to a schema; leave it out.");
        }

        var (low, openLow) = Bound(schema, place, "minimum", "exclusiveMinimum", isWhole, up: true);
        var (high, openHigh) = Bound(schema, place, "maximum", "exclusiveMaximum", isWhole, up: false);
        if (low is null && high is null)
        {
            return isWhole ? json.Integer(from) : json.Number(from);
        }

        if (isWhole)
        {
            var least = (low ?? -Largest) + (openLow ? 1 : 0);
            var most = (high ?? Largest) - (openHigh ? 1 : 0);
            return Integers(from, Math.Max(least, -Largest), Math.Min(most, Largest), $"{place}.minimum");
        }

        return grammar.Choice(from,
        [
            start => Reals(start, Math.Max(low ?? 0, 0), low > 0 && openLow || low == 0 && openLow, high ?? Largest, openHigh),
            start => Reals(grammar.Literal(start, "-"), Math.Max(-(high ?? 0), 0), high is null || high > 0 ? false : openHigh, -(low ?? -Largest), openLow),
        ]);
    }

    // The bound and whether it is itself out of bounds; of two bounds the narrower one counts.
    private static (decimal? Value, bool IsOpen) Bound(JsonElement schema, string place, string closed, string open, bool isWhole, bool up)
    {
        var (one, other) = (Read(schema, place, closed, isWhole, up, isOpen: false), Read(schema, place, open, isWhole, up, isOpen: true));
        return other is null || (one is not null && (up ? one > other : one < other)) ? (one, false) : (other, true);
    }

    private static decimal? Read(JsonElement schema, string place, string name, bool isWhole, bool up, bool isOpen)
    {
        if (!schema.TryGetProperty(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var real))
        {
            throw new ConstraintException($"{place}.{name}", $"'{name}' is {SchemaFields.Show(value)}; expected a number.");
        }

        var exact = value.TryGetDecimal(out var number) && Math.Abs(real) < 1e25 ? number : real > 0 ? Largest * 10 : -Largest * 10;
        if (exact == decimal.Truncate(exact))
        {
            return exact;
        }

        // Between two integers, an open bound is as a closed one.
        return isWhole ? (up ? Math.Ceiling(exact) - (isOpen ? 1 : 0) : Math.Floor(exact) + (isOpen ? 1 : 0))
            : throw new ConstraintException($"{place}.{name}", $"'{name}' is {SchemaFields.Show(value)}; of numbers only whole bounds are kept to where answers are held to a schema.");
    }

    private int Integers(int from, decimal least, decimal most, string place)
    {
        if (least > most)
        {
            throw new ConstraintException(place, "no integer of at most 15 digits lies between these bounds.");
        }

        return grammar.Choice(from,
        [
            start => most >= 0 ? Whole(start, Math.Max(least, 0), most) : grammar.State(),
            start => least < 0 ? Whole(grammar.Literal(start, "-"), Math.Max(1, -most), -least) : grammar.State(),
        ]);
    }

    // From low to high without a sign: the whole part between them with any fraction, and at the two ends what is within.
    private int Reals(int from, decimal low, bool openLow, decimal high, bool openHigh)
    {
        high = Math.Min(high, Largest);
        if (low > high || (low == high && (openLow || openHigh)))
        {
            return grammar.State();
        }

        // So few digits that none of them is rounded up to the bound as a double.
        var digits = JsonRules.MaxDigits - Digits(high).Length;
        return grammar.Choice(from,
        [
            start => low + 1 <= high - 1 ? json.Fraction(Whole(start, low + 1, high - 1), digits) : grammar.State(),
            start => low == high ? grammar.State() : openLow ? Above(Whole(start, low, low), digits) : json.Fraction(Whole(start, low, low), digits),
            start => openHigh ? grammar.State() : Whole(start, high, high),
        ]);
    }

    // A fraction that is not zero.
    private int Above(int from, int digits)
    {
        if (digits < 2)
        {
            return grammar.State();
        }

        from = grammar.Repeat(grammar.Literal(from, "."), 0, (digits - 1) / 2, json.Literal("0"));
        var to = grammar.State();
        grammar.Bytes(from, to, '1', '9');
        return json.Digits(to, 0, (digits - 1) / 2);
    }

    private int Whole(int from, decimal low, decimal high)
    {
        var (first, last) = (Digits(low), Digits(high));
        return grammar.Choice(from, Enumerable.Range(first.Length, last.Length - first.Length + 1).Select<int, Func<int, int>>(length => start => Between(
            start, length == first.Length ? first : "1" + new string('0', length - 1), length == last.Length ? last : new string('9', length))));
    }

    // Numbers of one length, digit by digit.
    private int Between(int from, string low, string high)
    {
        if (low.Length == 0)
        {
            return from;
        }

        var (rest, zeros, nines) = (low.Length - 1, new string('0', low.Length - 1), new string('9', high.Length - 1));
        if (low[0] == high[0])
        {
            return Between(grammar.Literal(from, low[..1]), low[1..], high[1..]);
        }

        var (first, last) = (low[1..] == zeros ? low[0] : low[0] + 1, high[1..] == nines ? high[0] : high[0] - 1);
        return grammar.Choice(from,
        [
            start => first <= last ? Any(start, first, last, rest) : grammar.State(),
            start => first == low[0] ? grammar.State() : Between(grammar.Literal(start, low[..1]), low[1..], nines),
            start => last == high[0] ? grammar.State() : Between(grammar.Literal(start, high[..1]), zeros, high[1..]),
        ]);
    }

    private int Any(int from, int first, int last, int rest)
    {
        var to = grammar.State();
        grammar.Bytes(from, to, first, last);
        return json.Digits(to, rest, rest);
    }

    private static string Digits(decimal number) => number.ToString("0", CultureInfo.InvariantCulture);
}
