using System.Runtime.InteropServices;

namespace LoraMesh.Text.Unicode;

// Unicode Standard Annex 15: full decomposition, canonical ordering, then composition. Every code point carries the
// range of source chars it came from; what is reordered or composed carries the union.
internal sealed class UnicodeNormalizer(NormalizationKind kind)
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TrailCount = 28;

    private readonly bool _compose = kind is NormalizationKind.CanonicalComposed or NormalizationKind.CompatibilityComposed;
    private readonly bool _compatibility = kind is NormalizationKind.CompatibilityComposed or NormalizationKind.CompatibilityDecomposed;

    public record struct Part(int CodePoint, int Start, int End);

    /// <summary>The normalized code points, or null where the text is normalized already.</summary>
    public List<Part>? Normalize(string text)
    {
        if (IsPlain(text))
        {
            return null;
        }

        var parts = new List<Part>(text.Length);
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var end = position + rune.Utf16SequenceLength;
            Decompose(rune.Value, position, end, parts);
            position = end;
        }

        Order(CollectionsMarshal.AsSpan(parts));
        return _compose ? Compose(parts) : parts;
    }

    private bool IsPlain(string text)
    {
        // Below these nothing decomposes; and composed text mostly holds nothing that composing could touch.
        var limit = !_compose ? 0x80 : _compatibility ? 0xA0 : 0x300;
        var i = 0;
        while (i < text.Length && text[i] < limit)
        {
            i++;
        }

        if (i == text.Length || kind != NormalizationKind.CanonicalComposed)
        {
            return i == text.Length;
        }

        foreach (var rune in text.AsSpan(i).EnumerateRunes())
        {
            if (NormalizationTable.MayComposingChange(rune.Value))
            {
                return false;
            }
        }

        return true;
    }

    private void Decompose(int codePoint, int start, int end, List<Part> parts)
    {
        var syllable = codePoint - HangulBase;
        if (syllable is >= 0 and < LeadCount * VowelCount * TrailCount)
        {
            parts.Add(new Part(LeadBase + (syllable / (VowelCount * TrailCount)), start, end));
            parts.Add(new Part(VowelBase + (syllable % (VowelCount * TrailCount) / TrailCount), start, end));
            if (syllable % TrailCount != 0)
            {
                parts.Add(new Part(TrailBase + (syllable % TrailCount), start, end));
            }
        }
        else if (codePoint < 0xA0 || NormalizationTable.Decomposition(codePoint, _compatibility) is not { } further)
        {
            parts.Add(new Part(codePoint, start, end));
        }
        else
        {
            foreach (var part in further)
            {
                Decompose(part, start, end, parts);
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
                composed[starter] = new Part(code, Math.Min(into.Start, part.Start), Math.Max(into.End, part.End));
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
