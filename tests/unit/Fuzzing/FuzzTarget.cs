using System.Text;

namespace LoraMesh.UnitTests.Fuzzing;

/// <summary>A reader under attack.</summary>
/// <param name="Name">How reports call it.</param>
/// <param name="Seeds">Good inputs.</param>
/// <param name="Words">Pieces of the input's language.</param>
/// <param name="Read">Reads one input; throws only what <paramref name="Refuses"/> names.</param>
/// <param name="Refuses">The documented exception types.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, IReadOnlyList<byte[]> Words, Action<byte[]> Read, IReadOnlyList<Type> Refuses)
{
    /// <summary>Texts as bytes.</summary>
    public static IReadOnlyList<byte[]> Bytes(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    public override string ToString() => Name;
}
