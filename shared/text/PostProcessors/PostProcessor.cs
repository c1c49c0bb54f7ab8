using LoraMesh.Text.Models;

namespace LoraMesh.Text.PostProcessors;

// What is done to the tokens of a whole text.
internal abstract class PostProcessor
{
    /// <param name="tokens">The tokens.</param>
    /// <param name="addSpecialTokens">Whether to add the special tokens that a text begins and ends with.</param>
    /// <param name="tokenOf">The token of an id.</param>
    public abstract void Apply(TokenList tokens, bool addSpecialTokens, Func<int, string?> tokenOf);
}
