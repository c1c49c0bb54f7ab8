using LoraMesh.Text.Models;

namespace LoraMesh.Text.PostProcessors;

// Ids before the text and ids after it.
internal sealed class TemplatePostProcessor(IReadOnlyList<int> before, IReadOnlyList<int> after) : PostProcessor
{
    public override void Apply(TokenList tokens, bool addSpecialTokens, Func<int, string?> tokenOf)
    {
        if (!addSpecialTokens)
        {
            return;
        }

        for (var i = 0; i < before.Count; i++)
        {
            tokens.Insert(i, before[i]);
        }

        foreach (var id in after)
        {
            tokens.Add(id, default);
        }
    }
}
