using LoraMesh.Text.Models;

namespace LoraMesh.Text.PostProcessors;

internal sealed class SequencePostProcessor(IReadOnlyList<PostProcessor> items) : PostProcessor
{
    public override void Apply(TokenList tokens, bool addSpecialTokens, Func<int, string?> tokenOf)
    {
        foreach (var item in items)
        {
            item.Apply(tokens, addSpecialTokens, tokenOf);
        }
    }
}
