using LoraMesh.Text.Patterns;
using LoraMesh.Text.PreTokenizers;
using LoraMesh.Text.Reading;

namespace LoraMesh.Text.Decoders;

internal static class DecoderReader
{
    private const int MaxStrip = 1_000;

    public static TokenDecoder Read(JsonPart part)
    {
        if (part.IsNull)
        {
            return new SpaceDecoder();
        }

        var type = part.Type();
        switch (type)
        {
            case "Sequence":
                return new SequenceDecoder([.. part.Member("decoders").Items().Select(Read)]);
            case "ByteLevel":
                return new ByteLevelDecoder();
            case "ByteFallback":
                return new ByteFallbackDecoder();
            case "Fuse":
                return new FuseDecoder();
            case "Strip":
                var content = part.Member("content");
                return content.String().EnumerateRunes().Count() == 1
                    ? new StripDecoder(content.String(), part.Member("start").Integer(0, MaxStrip), part.Member("stop").Integer(0, MaxStrip))
                    : throw content.Unexpected("one character");
            case "Replace":
                return new ReplaceDecoder(TextPattern.Read(part.Member("pattern")), part.Member("content").String());
            case "Metaspace":
                var (mark, prefix) = MetaspaceOptions.Read(part);
                return new MetaspaceDecoder(mark, prefix != MetaspacePrefix.Never);
            default:
                throw part.Unsupported(
                    type, $"the decoder '{type}' is not supported. Supported: Sequence, ByteLevel, ByteFallback, Fuse, Strip, Replace, Metaspace.");
        }
    }
}
