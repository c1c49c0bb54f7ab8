namespace LoraMesh.AllInOne.Commands;

/// <summary>Lengths as Python counts them: code points, where .NET counts UTF-16 chars.</summary>
internal static class CodePointCount
{
    /// <summary>How many code points a text has; half a surrogate pair counts as one.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
