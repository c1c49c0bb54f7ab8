namespace LoraMesh.Inference.Engine;

/// <summary>
/// Lets text through until a stop string is complete and never lets a part of one out: what may yet become one waits.
/// The outcome does not depend on how the text is cut into pieces. One instance per sequence.
/// </summary>
public sealed class StopText
{
    private readonly IReadOnlyList<string> _stops;
    private string _held = "";

    /// <summary>Watches for these strings, compared by UTF-16 units; none of them empty.</summary>
    public StopText(IReadOnlyList<string> stops)
    {
        ArgumentNullException.ThrowIfNull(stops);
        if (stops.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("A stop string is empty; it would end every answer before it begins.", nameof(stops));
        }

        _stops = stops;
    }

    /// <summary>Whether a stop string came; nothing is let through after it.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Takes the next piece.</summary>
    /// <returns>What may be shown now; possibly empty.</returns>
    public string Push(string text)
    {
        if (Stopped)
        {
            return "";
        }

        var all = _held + text;
        if (FirstComplete(all) is { } start)
        {
            Stopped = true;
            _held = "";
            return all[..start];
        }

        var free = all.Length - LongestBeginning(all);
        _held = all[free..];
        return all[..free];
    }

    /// <summary>Gives what was held back when the text ends without a stop string.</summary>
    public string Flush()
    {
        var rest = _held;
        _held = "";
        return rest;
    }

    // The string that is complete first counts, as if the text came unit by unit; of several that end there, the longest.
    private int? FirstComplete(string text)
    {
        int? start = null;
        var end = int.MaxValue;
        foreach (var stop in _stops)
        {
            var at = text.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (at + stop.Length < end || (at + stop.Length == end && at < start)))
            {
                (start, end) = (at, at + stop.Length);
            }
        }

        return start;
    }

    private int LongestBeginning(string text)
    {
        var longest = 0;
        foreach (var stop in _stops)
        {
            for (var length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
            {
                if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                {
                    longest = length;
                }
            }
        }

        return longest;
    }
}
