namespace LoraMesh.BaseModel.Tokenization;

/// <summary>GPT-2's printable letter for every byte: printable Latin-1 stands for itself, the rest moves above U+0100.</summary>
public static class ByteAlphabet
{
    private static readonly char[] Letters = Build();

    // Ids follow the letters' code points, as the Hugging Face trainer numbers them.
    private static readonly char[] Ordered = [.. Letters.Order()];
    private static readonly int[] Ids = [.. Letters.Select(letter => Array.IndexOf(Ordered, letter))];

    /// <summary>The 256 letters by id.</summary>
    public static IReadOnlyList<string> Symbols { get; } = [.. Ordered.Select(letter => letter.ToString())];

    /// <summary>The id of a byte's letter.</summary>
    public static int IdOf(byte value) => Ids[value];

    private static char[] Build()
    {
        var letters = new char[256];
        var moved = 0;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            letters[value] = printable ? (char)value : (char)(256 + moved++);
        }

        return letters;
    }
}
