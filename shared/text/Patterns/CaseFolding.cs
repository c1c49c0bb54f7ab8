using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace LoraMesh.Text.Patterns;

// Simple case folding as the lower case of the upper case; long s joins s and the Kelvin sign joins k, as in
// Oniguruma and .NET's own IgnoreCase does not.
internal static class CaseFolding
{
    // Cased letters end before this plane.
    private const int Limit = 0x20000;

    // .NET leaves it out of its mappings.
    private const int LongS = 'ſ';

    private static readonly Lazy<Dictionary<int, List<int>>> ByFold = new(Build);

    public static int Fold(int codePoint) =>
        codePoint == LongS ? 's' : Rune.TryCreate(codePoint, out var rune) ? Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune)).Value : codePoint;

    /// <summary>The code point and all that differ from it in case only.</summary>
    public static IReadOnlyList<int> Variants(int codePoint) =>
        ByFold.Value.TryGetValue(Fold(codePoint), out var variants) ? variants : [codePoint];

    private static Dictionary<int, List<int>> Build()
    {
        var byFold = new Dictionary<int, List<int>>();
        for (var code = 0; code < Limit; code++)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(code) <= UnicodeCategory.TitlecaseLetter
                || Fold(code) != code)
            {
                var fold = Fold(code);
                (CollectionsMarshal.GetValueRefOrAddDefault(byFold, fold, out _) ??= []).Add(code);
                if (fold != code && !byFold[fold].Contains(fold))
                {
                    byFold[fold].Add(fold);
                }
            }
        }

        foreach (var variants in byFold.Values)
        {
            variants.Sort();
            for (var i = variants.Count - 1; i > 0; i--)
            {
                if (variants[i] == variants[i - 1])
                {
                    variants.RemoveAt(i);
                }
            }
        }

        return byFold;
    }
}
