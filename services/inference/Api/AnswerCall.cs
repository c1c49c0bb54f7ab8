using System.Text;

namespace LoraMesh.Inference.Api;

// One call of a tool, put together from its pieces.
internal sealed record AnswerCall(string Id, string Name)
{
    public StringBuilder Arguments { get; } = new();
}
