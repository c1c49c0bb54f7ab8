namespace LoraMesh.Provenance;

/// <summary>Finds what runs code when Python opens it, whatever it is called: such files have no place in an adapter.</summary>
public static class UnsafeFiles
{
    private static readonly string[] Extensions = [".bin", ".ckpt", ".pickle", ".pkl", ".pt", ".pth", ".py"];

    /// <summary>Refuses a folder with such a file.</summary>
    /// <exception cref="SignatureRefusedException">There is one; its code is <c>unsafe_file</c>.</exception>
    public static void Refuse(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(folder, path);
            if (Extensions.Contains(Path.GetExtension(path).ToLowerInvariant(), StringComparer.Ordinal))
            {
                throw new SignatureRefusedException("unsafe_file", $"{name} may run code when it is opened; weights are taken as .safetensors only.");
            }

            if (Kind(path) is { } kind)
            {
                throw new SignatureRefusedException("unsafe_file", $"{name} is {kind}, whatever its name says; such a file may run code when it is opened.");
            }
        }
    }

    private static string? Kind(string path)
    {
        Span<byte> head = stackalloc byte[4];
        using var file = File.OpenRead(path);
        var read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);

        // Protocols 2 to 5 of Python's pickle begin with PROTO and their number; torch.save writes a zip archive of one.
        return head[..read] switch
        {
            [0x80, >= 2 and <= 5, ..] when !IsSafetensors(path) => "a Python pickle",
            [(byte)'P', (byte)'K', 3, 4] when !IsSafetensors(path) => "a zip archive",
            _ => null,
        };
    }

    // A safetensors file begins with the length of its header, whose bytes may be any; its header begins with a brace.
    private static bool IsSafetensors(string path)
    {
        Span<byte> head = stackalloc byte[9];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head[8] == '{' && BitConverter.ToInt64(head) is > 0 and var length && length <= file.Length - 8;
    }
}
