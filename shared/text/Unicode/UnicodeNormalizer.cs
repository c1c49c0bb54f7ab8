using System.Runtime.InteropServices;
using LoraMesh.Text.Patterns;

namespace LoraMesh.Text.Unicode;

// Unicode Standard Annex 15: full decomposition, canonical ordering, then composition. Every code point carries the
// range of source chars it counts to.
internal sealed class UnicodeNormalizer(NormalizationKind kind)
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TrailCount = 28;

    private readonly bool _compose = kind is NormalizationKind.CanonicalComposed or NormalizationKind.CompatibilityComposed;
    private readonly bool _compatibility = kind is NormalizationKind.CompatibilityComposed or NormalizationKind.CompatibilityDecomposed;
    private CharacterSet? _untouched;

    /// <param name="CodePoint">The code point.</param>
    /// <param name="Start">First source char it counts to.</param>
    /// <param name="End">End of those.</param>
    /// <param name="Sources">How many source characters it was made of; 0 for all but the first that one became.</param>
    public record struct Part(int CodePoint, int Start, int End, int Sources);

    /// <summary>The normalized code points, or null where the text is normalized already.</summary>
    public List<Part>? Normalize(string text)
    {
        if (IsPlain(text))
        {
            return null;
        }

        var parts = new List<Part>(text.Length);
        var sources = new List<(int Start, int End)>(text.Length);
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var end = position + rune.Utf16SequenceLength;
            Decompose(rune.Value, position, end, parts);
            sources.Add((position, end));
            position = end;
        }

        Order(CollectionsMarshal.AsSpan(parts));
        return Place(_compose ? Compose(parts) : parts, sources);
    }

    private bool IsPlain(string text)
    {
        var beyondAscii = text.AsSpan().IndexOfAnyExceptInRange('\0', '\x7F');
        if (beyondAscii < 0)
        {
            return true;
        }

        var untouched = _untouched ??= CharacterSet.Where(IsUntouched);
        foreach (var rune in text.AsSpan(beyondAscii).EnumerateRunes())
        {
            if (!untouched.Contains(rune.Value))
            {
                return false;
            }
        }

        return true;
    }

    // Whether a code point stays as it is whatever its neighbours are, as long as they are such code points too.
    private bool IsUntouched(int codePoint)
    {
        if (codePoint is >= 0xD800 and <= 0xDFFF)
        {
            return false;
        }

        if (_compose ? NormalizationTable.MayComposingChange(codePoint) : NormalizationTable.CombiningClass(codePoint) != 0)
        {
            return false;
        }

        var parts = new List<Part>();
        Decompose(codePoint, 0, 1, parts);
        return (_compose ? Compose(parts) : parts) is [var only] && only.CodePoint == codePoint;
    }

    private void Decompose(int codePoint, int start, int end, List<Part> parts, int sources = 1)
    {
        var syllable = codePoint - HangulBase;
        if (syllable is >= 0 and < LeadCount * VowelCount * TrailCount)
        {
            parts.Add(new Part(LeadBase + (syllable / (VowelCount * TrailCount)), start, end, sources));
            parts.Add(new Part(VowelBase + (syllable % (VowelCount * TrailCount) / TrailCount), start, end, 0));
            if (syllable % TrailCount != 0)
            {
                parts.Add(new Part(TrailBase + (syllable % TrailCount), start, end, 0));
            }
        }
        else if (codePoint < 0xA0 || NormalizationTable.Decomposition(codePoint, _compatibility) is not { } further)
        {
            parts.Add(new Part(codePoint, start, end, sources));
        }
        else
        {
            foreach (var part in further)
            {
                Decompose(part, start, end, parts, sources);
                sources = 0;
            }
        }
    }

    // Runs of combining marks are sorted by their class, stably. A run's length is the attacker's choice: no insertion sort.
    private static void Order(Span<Part> parts)
    {
        for (var i = 0; i < parts.Length;)
        {
            var run = i;
            var sorted = true;
            for (byte last = 0; i < parts.Length && NormalizationTable.CombiningClass(parts[i].CodePoint) is > 0 and var here; i++)
            {
                sorted &= last <= here;
                last = here;
            }

            if (!sorted)
            {
                parts[run..i].ToArray().OrderBy(p => NormalizationTable.CombiningClass(p.CodePoint)).ToArray().CopyTo(parts[run..i]);
            }

            i = Math.Max(i, run + 1);
        }
    }

    // The ranges go by order alone (so do those of tokenizers 0.23): whatever moved or was composed, each part takes as many
    // source characters as it was made of, and counts to the first of these; what came out of one in addition, to the same.
    private static List<Part> Place(List<Part> parts, List<(int Start, int End)> sources)
    {
        var (next, range) = (0, sources[0]);
        for (var i = 0; i < parts.Count; i++)
        {
            range = parts[i].Sources > 0 ? sources[next] : range;
            next += parts[i].Sources;
            parts[i] = parts[i] with { Start = range.Start, End = range.End };
        }

        return parts;
    }

    private static List<Part> Compose(List<Part> parts)
    {
        var composed = new List<Part>(parts.Count);
        var starter = -1;
        var lastClass = -1;
        foreach (var part in parts)
        {
            var combiningClass = NormalizationTable.CombiningClass(part.CodePoint);
            if (starter >= 0 && lastClass < combiningClass
                && ComposePair(composed[starter].CodePoint, part.CodePoint) is { } code)
            {
                var into = composed[starter];
                composed[starter] = into with { CodePoint = code, Sources = into.Sources + part.Sources };
                continue;
            }

            if (combiningClass == 0)
            {
                starter = composed.Count;
                lastClass = -1;
            }
            else
            {
                lastClass = combiningClass;
            }

            composed.Add(part);
        }

        return composed;
    }

    private static int? ComposePair(int first, int second)
    {
        var (lead, vowel, trail) = (first - LeadBase, second - VowelBase, second - TrailBase);
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            return HangulBase + (((lead * VowelCount) + vowel) * TrailCount);
        }

        var syllable = first - HangulBase;
        return syllable is >= 0 and < LeadCount * VowelCount * TrailCount && syllable % TrailCount == 0 && trail is > 0 and < TrailCount
            ? first + trail
            : NormalizationTable.Composition(first, second);
    }
}
