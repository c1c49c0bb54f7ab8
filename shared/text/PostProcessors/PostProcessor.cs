using LoraMesh.Text.Models;

namespace LoraMesh.Text.PostProcessors;

// Adds the special tokens that a text begins and ends with.
internal abstract class PostProcessor
{
    public abstract void Apply(TokenList tokens);
}
