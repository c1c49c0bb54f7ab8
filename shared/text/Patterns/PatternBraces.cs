namespace LoraMesh.Text.Patterns;

// How often: {2}, {2,}, {,5} or {2,5}. Braces that hold anything else stand for themselves.
internal static class PatternBraces
{
    private const int MaxRepeat = 1_000;

    public static bool TryParse(string pattern, ref int position, out (int Min, int Max) bounds)
    {
        bounds = default;
        var close = pattern.IndexOf('}', position);
        if (close < 0)
        {
            return false;
        }

        var parts = pattern[(position + 1)..close].Split(',');
        var min = 0;
        var max = int.MaxValue;
        var known = parts.Length <= 2
            && (parts[0].Length > 0 ? int.TryParse(parts[0], out min) : parts.Length == 2 && parts[1].Length > 0)
            && (parts.Length < 2 || parts[1].Length == 0 || int.TryParse(parts[1], out max));
        if (!known || min < 0)
        {
            return false;
        }

        max = parts.Length == 1 ? min : max;
        if (min > MaxRepeat || (max > MaxRepeat && max != int.MaxValue) || max < min)
        {
            throw new PatternException(pattern, position, $"The repetition {pattern[position..(close + 1)]} is out of bounds: up to {MaxRepeat}, the smaller number first");
        }

        position = close + 1;
        bounds = (min, max);
        return true;
    }
}
