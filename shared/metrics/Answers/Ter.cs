namespace LoraMesh.Metrics.Answers;

/// <summary>
/// Translation edit rate (Snover et al. 2006) as sacreBLEU scores it by default: lower case, words between white space, Tercom's
/// search for shifts (lib_ter.py). Signature: <c>nrefs:var|case:lc|tok:tercom|norm:no|punct:yes|asian:no</c>.
/// </summary>
internal static class Ter
{
    private const int MaxShiftSize = 10;
    private const int MaxShiftDistance = 50;
    private const int MaxCandidates = 1000;

    /// <summary>Edits of one answer against the reference that needs fewest, and the mean length of its references in words.</summary>
    public static (int Edits, double Length) Count(AnswerItem item)
    {
        var answer = Words(item.Prediction);
        var found = item.References.Select(reference => Words(reference)).Select(reference => (Edits: Edits(answer, reference), reference.Length)).ToList();
        return (found.Min(entry => entry.Edits), found.Average(entry => entry.Length));
    }

    /// <summary>The rate in percent, which may be above 100, of counts added up over answers.</summary>
    public static double Score(IEnumerable<(int Edits, double Length)> counts)
    {
        long edits = 0;
        double length = 0;
        foreach (var count in counts)
        {
            edits += count.Edits;
            length += count.Length;
        }

        return 100 * (length > 0 ? edits / length : edits > 0 ? 1 : 0);
    }

    private static string[] Words(string text) => [.. PythonText.Split(PythonText.Lower(text))];

    // Shifts, each of which costs one edit, are done as long as the best of them saves more than nothing.
    private static int Edits(string[] answer, string[] reference)
    {
        if (reference.Length == 0)
        {
            return answer.Length;
        }

        var (words, shifts, candidates) = (answer, 0, 0);
        while (true)
        {
            var (gain, shifted) = BestShift(words, reference, ref candidates);
            if (candidates >= MaxCandidates || gain <= 0)
            {
                return shifts + BeamDistance.Of(words, reference).Cost;
            }

            (words, shifts) = (shifted, shifts + 1);
        }
    }

    private static (int Gain, string[] Words) BestShift(string[] words, string[] reference, ref int candidates)
    {
        var (before, trace) = BeamDistance.Of(words, reference);
        var (aligned, wrongInReference, wrongInWords) = Align(trace, words.Length, reference.Length);
        (int Gain, int Length, int Start, int Target)? best = null;
        var bestWords = words;
        foreach (var (start, at, length) in Pairs(words, reference))
        {
            // Only where both the words are wrong and what stands at their target is; and not into themselves.
            if (!wrongInWords.AsSpan(start, length).Contains(true) || !wrongInReference.AsSpan(at, length).Contains(true) || (start <= aligned[at] && aligned[at] < start + length))
            {
                continue;
            }

            var previous = -1;
            for (var offset = -1; offset < length && at + offset < reference.Length; offset++)
            {
                var target = at + offset == -1 ? 0 : aligned[at + offset] + 1;
                if (target == previous)
                {
                    continue;
                }

                previous = target;
                var shifted = Shift(words, start, length, target);
                var candidate = (before - BeamDistance.Of(shifted, reference).Cost, length, -start, -target);
                candidates++;
                if (best is null || candidate.CompareTo(best.Value) > 0)
                {
                    (best, bestWords) = (candidate, shifted);
                }
            }

            if (candidates >= MaxCandidates)
            {
                break;
            }
        }

        return (best?.Gain ?? 0, bestWords);
    }

    // Equal runs of words at different places, each with its beginnings.
    private static IEnumerable<(int Start, int At, int Length)> Pairs(string[] words, string[] reference)
    {
        for (var start = 0; start < words.Length; start++)
        {
            for (var at = 0; at < reference.Length; at++)
            {
                if (Math.Abs(at - start) > MaxShiftDistance)
                {
                    continue;
                }

                for (var length = 0; length < MaxShiftSize && start + length < words.Length && at + length < reference.Length && words[start + length] == reference[at + length];)
                {
                    yield return (start, at, ++length);
                }
            }
        }
    }

    private static string[] Shift(string[] words, int start, int length, int target)
    {
        var moved = words.AsSpan(start, length);
        return target < start ? [.. words.AsSpan(0, target), .. moved, .. words.AsSpan(target, start - target), .. words.AsSpan(start + length)]
            : target > start + length ? [.. words.AsSpan(0, start), .. words.AsSpan(start + length, target - start - length), .. moved, .. words.AsSpan(target)]
            : [.. words.AsSpan(0, start), .. From(words, start + length, length + target), .. moved, .. From(words, length + target, words.Length)];
    }

    // Python's slices end where the list does.
    private static ReadOnlySpan<string> From(string[] words, int from, int to)
    {
        to = Math.Min(to, words.Length);
        return from < to ? words.AsSpan(from, to - from) : [];
    }

    // For every word of the reference the last word of the answer before or at it, and which words of both are wrong. The trace
    // rewrites the reference into the answer, so what it inserts is missing there.
    private static (int[] Aligned, bool[] WrongInReference, bool[] WrongInWords) Align(List<char> trace, int words, int reference)
    {
        var (aligned, wrongInReference, wrongInWords) = (new int[reference], new bool[reference], new bool[words]);
        var (word, at) = (-1, -1);
        foreach (var step in trace)
        {
            if (step is BeamDistance.Same or BeamDistance.Substitute or BeamDistance.Insert)
            {
                at++;
                wrongInReference[at] = step != BeamDistance.Same;
            }

            if (step is BeamDistance.Same or BeamDistance.Substitute or BeamDistance.Delete)
            {
                word++;
                wrongInWords[word] = step != BeamDistance.Same;
            }

            if (step != BeamDistance.Delete)
            {
                aligned[at] = word;
            }
        }

        return (aligned, wrongInReference, wrongInWords);
    }
}
