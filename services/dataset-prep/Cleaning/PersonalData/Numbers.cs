namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Finds what is written in digits: cards, citizens' numbers, IPv4 addresses and telephone numbers.</summary>
internal static class Numbers
{
    private const int MaxRuns = 8;
    private const int MaxDigits = 20;

    /// <summary>Adds those of the text.</summary>
    public static void Find(ReadOnlySpan<char> text, List<PersonalDataSpan> found)
    {
        var runs = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(DigitRun.Of(text));
        Span<char> digits = stackalloc char[MaxDigits];
        for (var first = 0; first < runs.Length; first++)
        {
            if (!MayBegin(text, runs[first]))
            {
                continue;
            }

            // The longest that is something, among bounded many: the work stays linear in the text.
            var last = Last(runs, first, out _);
            for (; last >= first; last--)
            {
                if (MayEnd(text, runs, last) && Judge(text, runs[first..(last + 1)], digits) is { } kind)
                {
                    var start = runs[first].Start;
                    start -= kind == PersonalDataKind.Phone ? Before(text, runs[first]) : 0;
                    found.Add(new PersonalDataSpan(start, runs[last].End - start, kind));
                    first = last;
                    break;
                }
            }
        }
    }

    // The plus and the bracket that belong to a telephone number's first digits.
    private static int Before(ReadOnlySpan<char> text, DigitRun first)
    {
        var before = text[..first.Start];
        var bracket = before.EndsWith("(") && text[first.End..].StartsWith(")") ? 1 : 0;
        return bracket + (before[..^bracket].EndsWith("+") ? 1 : 0);
    }

    private static int Last(ReadOnlySpan<DigitRun> runs, int first, out int total)
    {
        var last = first;
        total = runs[first].Length;
        while (last + 1 < runs.Length && last + 1 - first < MaxRuns && runs[last + 1].Gap != '\0' && total + runs[last + 1].Length <= MaxDigits)
        {
            total += runs[++last].Length;
        }

        return last;
    }

    private static PersonalDataKind? Judge(ReadOnlySpan<char> text, ReadOnlySpan<DigitRun> runs, Span<char> buffer)
    {
        var length = 0;
        foreach (var run in runs)
        {
            if (length + run.Length > buffer.Length)
            {
                return null;
            }

            text[run.Start..run.End].CopyTo(buffer[length..]);
            length += run.Length;
        }

        var number = new NumberCandidate(text, runs, buffer[..length]);
        return Cards.Is(number) ? PersonalDataKind.Card
            : IsIpV4(number) ? PersonalDataKind.Ip
            : NationalNumbers.Is(number) ? PersonalDataKind.NationalId
            : Phones.Is(number) ? PersonalDataKind.Phone
            : null;
    }

    // Loopback, unspecified and masks name no machine; a number after "version" is one.
    private static bool IsIpV4(in NumberCandidate number)
    {
        if (number.Runs != 4 || !number.Even('.') || Nearby.Version(number.Text, number.Start))
        {
            return false;
        }

        var at = 0;
        Span<int> octets = stackalloc int[4];
        for (var i = 0; i < 4; i++)
        {
            var length = number.Length(i);
            if (length > 3 || (length > 1 && number.Digits[at] == '0') || (octets[i] = number.Value(at, length)) > 255)
            {
                return false;
            }

            at += length;
        }

        return octets[0] is not (0 or 127 or 255);
    }

    private static bool MayBegin(ReadOnlySpan<char> text, DigitRun run) =>
        run.Gap is '\0' or ' ' && (run.Start == 0 || !(WordSigns.Continues(text[run.Start - 1]) || text[run.Start - 1] is '_' or '#' or '$' or '€' or '£' or '-' or '.' or '/')
            || (run.Start > 1 && text[run.Start - 1] is '/' or '.' or '-' && char.IsWhiteSpace(text[run.Start - 2])));

    private static bool MayEnd(ReadOnlySpan<char> text, ReadOnlySpan<DigitRun> runs, int last)
    {
        var end = runs[last].End;
        return !(end < text.Length && (WordSigns.Continues(text[end]) || text[end] is '_' or '%' or '€'))
            && (last + 1 == runs.Length || runs[last + 1].Gap is '\0' or ' ');
    }
}
