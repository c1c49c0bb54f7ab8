using LoraMesh.Text.Models;
using LoraMesh.Text.Reading;

namespace LoraMesh.Text.PostProcessors;

internal static class PostProcessorReader
{
    public static PostProcessor Read(JsonPart part)
    {
        if (part.IsNull)
        {
            return new SequencePostProcessor([]);
        }

        var type = part.Type();
        return type switch
        {
            "Sequence" => new SequencePostProcessor([.. part.Member("processors").Items().Select(Read)]),

            "ByteLevel" => new SequencePostProcessor(Trimming(part)),
            "TemplateProcessing" => ReadTemplate(part),
            "BertProcessing" => ReadPair(part),
            "RobertaProcessing" => new SequencePostProcessor([.. Trimming(part), ReadPair(part)]),
            _ => throw part.Unsupported(
                type,
                $"the post-processor '{type}' is not supported. Supported: Sequence, ByteLevel, TemplateProcessing, BertProcessing, RobertaProcessing."),
        };
    }

    private static TemplatePostProcessor ReadTemplate(JsonPart part)
    {
        var known = part.Member("special_tokens").Members().ToDictionary(
            m => m.Name, m => m.Value.Member("ids").Items().Select(i => i.Integer(0, Vocabulary.MaxTokens)).ToArray());
        var before = new List<int>();
        var after = new List<int>();
        var seenText = false;
        foreach (var piece in part.Member("single").Items())
        {
            if (piece.Members().ToArray() is not [{ Name: "SpecialToken" or "Sequence" } only])
            {
                throw piece.Unexpected("an object with one member, SpecialToken or Sequence");
            }

            var id = only.Value.Member("id");
            if (only.Name == "Sequence")
            {
                if (seenText || id.String() != "A")
                {
                    throw part.Unsupported("TemplateProcessing", "a template for one text must name sequence A exactly once.");
                }

                seenText = true;
                continue;
            }

            (seenText ? after : before).AddRange(known.GetValueOrDefault(id.String()) ?? throw id.Unexpected($"a name in {part.Path}.special_tokens"));
        }

        return seenText ? new TemplatePostProcessor(before, after)
            : throw part.Unsupported("TemplateProcessing", "a template for one text must name sequence A exactly once.");
    }

    private static PostProcessor[] Trimming(JsonPart part) =>
        part.Member("trim_offsets").Boolean(true) ? [new SpaceTrimmingPostProcessor(part.Member("add_prefix_space").Boolean(true))] : [];

    private static TemplatePostProcessor ReadPair(JsonPart part) => new([ReadPairId(part.Member("cls"))], [ReadPairId(part.Member("sep"))]);

    private static int ReadPairId(JsonPart part) =>
        part.Items().ToArray() is [_, var id] ? id.Integer(0, Vocabulary.MaxTokens) : throw part.Unexpected("a token and its id");
}
