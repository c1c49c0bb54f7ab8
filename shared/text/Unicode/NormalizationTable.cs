using System.Globalization;
using System.Text;

namespace LoraMesh.Text.Unicode;

// The decompositions and combining classes of the Unicode Character Database. string.Normalize cannot serve: under
// InvariantGlobalization, as all our executables run, it hands text back unchanged.
internal static class NormalizationTable
{
    private const string Resource = "LoraMesh.Text.Unicode.decompositions.txt";

    private static readonly Dictionary<int, int[]> Canonical = [];
    private static readonly Dictionary<int, int[]> Compatibility = [];
    private static readonly Dictionary<long, int> Compositions = [];
    private static readonly Dictionary<int, byte> CombiningClasses = [];
    private static readonly HashSet<int> Unstable = [];

    static NormalizationTable()
    {
        using var stream = typeof(NormalizationTable).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {Resource}; build it again.");
        using var reader = new StreamReader(stream, Encoding.ASCII);
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(' ');
            switch (fields[0])
            {
                case "class":
                    AddClass(fields);
                    break;
                case "=" or "!" or "~":
                    AddDecomposition(fields);
                    break;
                default:
                    break;
            }
        }
    }

    public static byte CombiningClass(int codePoint) => CombiningClasses.GetValueOrDefault(codePoint);

    public static int[]? Decomposition(int codePoint, bool compatibility) =>
        Canonical.TryGetValue(codePoint, out var parts) ? parts
        : compatibility && Compatibility.TryGetValue(codePoint, out parts) ? parts
        : null;

    public static int? Composition(int first, int second) =>
        Compositions.TryGetValue(((long)first << 32) | (uint)second, out var composed) ? composed : null;

    /// <summary>Whether NFC may replace, move or join this code point (NFC_Quick_Check other than Yes).</summary>
    public static bool MayComposingChange(int codePoint) =>
        codePoint >= 0x300 && (Unstable.Contains(codePoint) || codePoint is >= 0x1160 and <= 0x11FF);

    private static void AddClass(string[] fields)
    {
        var bounds = fields[1].Split('-');
        for (var code = Hex(bounds[0]); code <= Hex(bounds[1]); code++)
        {
            CombiningClasses[code] = byte.Parse(fields[2], CultureInfo.InvariantCulture);
            Unstable.Add(code);
        }
    }

    private static void AddDecomposition(string[] fields)
    {
        var code = Hex(fields[1]);
        var parts = Array.ConvertAll(fields[2..], Hex);
        (fields[0] == "~" ? Compatibility : Canonical)[code] = parts;
        if (fields[0] == "=")
        {
            Compositions[((long)parts[0] << 32) | (uint)parts[1]] = code;
            Unstable.Add(parts[1]);
        }
        else if (fields[0] == "!")
        {
            Unstable.Add(code);
        }
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
