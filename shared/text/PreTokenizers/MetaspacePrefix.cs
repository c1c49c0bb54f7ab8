using LoraMesh.Text.Reading;

namespace LoraMesh.Text.PreTokenizers;

// Which texts get the mark put before them; the decoder takes it away again.
internal enum MetaspacePrefix
{
    Never,
    First,
    Always,
}

internal static class MetaspaceOptions
{
    /// <summary>The mark and the scheme of a Metaspace pre-tokenizer or decoder; older files say add_prefix_space instead of a scheme.</summary>
    public static (string Mark, MetaspacePrefix Prefix) Read(JsonPart part)
    {
        var mark = part.Member("replacement").String();
        if (mark.EnumerateRunes().Count() != 1)
        {
            throw part.Member("replacement").Unexpected("one character");
        }

        var scheme = part.Member("prepend_scheme");
        var prefix = scheme.StringOrNull() switch
        {
            null => part.Member("add_prefix_space").Boolean(true) ? MetaspacePrefix.Always : MetaspacePrefix.Never,
            "always" => MetaspacePrefix.Always,
            "first" => MetaspacePrefix.First,
            "never" => MetaspacePrefix.Never,
            _ => throw scheme.Unexpected("always, first or never"),
        };
        return (mark, prefix);
    }
}
