using System.Globalization;

namespace LoraMesh.Hosting.Configuration.Yaml;

/// <summary>An interval of numbers, with words for people.</summary>
internal readonly record struct Bounds(double Low, bool LowAllowed, double High = double.PositiveInfinity, bool HighAllowed = false)
{
    public static Bounds From(double low) => new(low, true);

    public static Bounds Above(double low) => new(low, false);

    public Bounds UpTo(double high) => this with { High = high, HighAllowed = true };

    public Bounds Below(double high) => this with { High = high, HighAllowed = false };

    public bool Contain(double value) =>
        double.IsFinite(value) && (LowAllowed ? value >= Low : value > Low) && (HighAllowed ? value <= High : value < High);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"a number {(LowAllowed ? "from" : "above")} {Low} {(HighAllowed ? "up to" : "and below")} {High}");
}
