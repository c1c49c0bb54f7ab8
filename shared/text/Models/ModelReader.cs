using LoraMesh.Text.Reading;

namespace LoraMesh.Text.Models;

internal static class ModelReader
{
    public static TokenizerModel Read(JsonPart part, bool writesBytes)
    {
        // Files written before the member existed hold BPE where there are merges.
        var type = part.Member("type").StringOrNull() ?? (part.Member("merges").IsNull ? "none" : "BPE");
        return type switch
        {
            "BPE" => BytePairModel.Read(part, writesBytes),
            "Unigram" => UnigramModel.Read(part),
            _ => throw part.Unsupported(type, $"the model '{type}' is not supported. Supported: BPE, Unigram."),
        };
    }
}
