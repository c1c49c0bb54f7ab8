namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Digits without a gap, and what stands around them.</summary>
/// <param name="Start">First digit.</param>
/// <param name="End">The char after the last.</param>
/// <param name="Gap">What separates it from the run before: a single sign, or NUL where they are not parts of one number.</param>
internal readonly record struct DigitRun(int Start, int End, char Gap)
{
    /// <summary>Number of digits.</summary>
    public int Length => End - Start;

    /// <summary>Splits a text into its runs; in '(030) 12' and '+49 (0)30' the brackets count as part of the gap.</summary>
    public static List<DigitRun> Of(ReadOnlySpan<char> text)
    {
        var runs = new List<DigitRun>();
        var at = 0;
        while (text[at..].IndexOfAnyInRange('0', '9') is >= 0 and var step)
        {
            var start = at + step;
            var end = start;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            var gap = runs.Count > 0 ? GapOf(text[runs[^1].End..start]) : '\0';
            runs.Add(new DigitRun(start, end, gap));
            at = end;
        }

        return runs;
    }

    private static char GapOf(ReadOnlySpan<char> between) => between switch
    {
        [' ' or '\u00A0' or '\u202F'] => ' ',
        ['-' or '\u2011' or '\u2013'] => '-',
        ['.'] => '.',
        ['/'] => '/',
        [','] => ',',
        [':'] => ':',
        ['_'] => '_',
        " (" or ") " or "(" or ")" => ' ',
        ")-" => '-',
        " - " or " / " => '/',
        _ => '\0',
    };
}
