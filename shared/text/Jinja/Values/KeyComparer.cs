using System.Numerics;
using System.Runtime.CompilerServices;

namespace LoraMesh.Text.Jinja.Values;

// Which keys of a dict are one: 1, 1.0 and true are.
internal sealed class KeyComparer : IEqualityComparer<object>
{
    public static readonly KeyComparer Instance = new();

    public new bool Equals(object? x, object? y)
    {
        Budget.CheckStack();
        return (x, y) switch
        {
            (string a, string b) => a == b,
            (TupleValue a, TupleValue b) => a.Items.SequenceEqual(b.Items, this),
            (UndefinedValue, UndefinedValue) => true,
            _ when Numbers.IsNumber(x) && Numbers.IsNumber(y) => Numbers.Compare(x!, y!) == 0,
            _ => ReferenceEquals(x, y),
        };
    }

    public int GetHashCode(object obj)
    {
        Budget.CheckStack();
        return obj switch
        {
            string text => text.GetHashCode(StringComparison.Ordinal),
            MarkupValue markup => markup.Text.GetHashCode(StringComparison.Ordinal),
            bool flag => flag ? 1 : 0,
            long number => number.GetHashCode(),
            BigInteger number => number.GetHashCode(),
            double number => number == Math.Floor(number) && Math.Abs(number) < long.MaxValue ? ((long)number).GetHashCode() : number.GetHashCode(),
            TupleValue tuple => tuple.Items.Aggregate(17, (hash, item) => HashCode.Combine(hash, GetHashCode(item))),
            ListValue or DictValue => throw new JinjaException($"unhashable type: '{Python.TypeName(obj)}'"),
            _ => RuntimeHelpers.GetHashCode(obj),
        };
    }
}
