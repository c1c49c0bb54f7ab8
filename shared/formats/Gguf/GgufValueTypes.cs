namespace LoraMesh.Formats.Gguf;

/// <summary>The value types of GGUF metadata by their numbers in the file.</summary>
internal static class GgufValueTypes
{
    internal const int Array = 9;
    internal const int Text = 8;
    internal const int Flag = 7;

    // Index: the type's number. Null: an array.
    private static readonly Type?[] Types =
    [
        typeof(byte), typeof(sbyte), typeof(ushort), typeof(short), typeof(uint), typeof(int), typeof(float), typeof(bool),
        typeof(string), null, typeof(ulong), typeof(long), typeof(double),
    ];

    // Fewest bytes that a value has in the file: what bounds a claimed count.
    private static readonly int[] Sizes = [1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8];

    internal static int Count => Types.Length;

    internal static int Size(int type) => Sizes[type];

    internal static System.Array NewArray(int type, int count) => System.Array.CreateInstance(Types[type]!, count);

    internal static int Of(object value) => value is System.Array array ? Element(array) is >= 0 ? Array : throw Strange(value)
        : System.Array.IndexOf(Types, value.GetType()) is >= 0 and var found ? found : throw Strange(value);

    internal static int Element(System.Array array) =>
        System.Array.IndexOf(Types, array.GetType().GetElementType()) is >= 0 and var found ? found : throw Strange(array);

    private static ArgumentException Strange(object value) => new($"GGUF metadata has no type for a {value.GetType().Name}.");
}
