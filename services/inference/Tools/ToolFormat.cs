using LoraMesh.Text;

namespace LoraMesh.Inference.Tools;

/// <summary>How a family of models writes calls; told from the chat template, which teaches the model to.</summary>
/// <param name="Open">What stands before the calls; empty where an answer that begins with a brace is a call.</param>
/// <param name="OpensEach">Whether it stands before each call, and <paramref name="Close"/> behind it.</param>
/// <param name="Close">What stands behind the calls.</param>
/// <param name="Separator">What stands between two calls.</param>
/// <param name="Arguments">Name of the member that holds the arguments.</param>
/// <param name="IdLength">Characters of an id; templates may ask for a length.</param>
/// <param name="MostCalls">Calls in one answer at most.</param>
public sealed record ToolFormat(string Open, bool OpensEach, string Close, string Separator, string Arguments, int IdLength, int MostCalls)
{
    private const int Usual = 24;
    private const int MostParallel = 16;

    /// <summary>Hermes and Qwen: <c>&lt;tool_call&gt;{"name", "arguments"}&lt;/tool_call&gt;</c> for each call.</summary>
    public static ToolFormat Hermes { get; } = new("<tool_call>", true, "</tool_call>", "\n", "arguments", Usual, MostParallel);

    /// <summary>Llama 3: the whole answer is <c>{"name", "parameters"}</c>.</summary>
    public static ToolFormat Llama3 { get; } = new("", false, "", "; ", "parameters", Usual, 1);

    /// <summary>Mistral: <c>[TOOL_CALLS]</c> and an array of <c>{"name", "arguments"}</c>.</summary>
    public static ToolFormat Mistral { get; } = new("[TOOL_CALLS]", false, "", ", ", "arguments", 9, MostParallel);

    /// <summary>Whether calls are the items of one array.</summary>
    public bool IsArray => this == Mistral;

    /// <summary>The format of a template, or null where it writes none that is known.</summary>
    public static ToolFormat? Of(ChatTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        var text = template.Source;
        return !text.Contains("tools", StringComparison.Ordinal) || text.Contains("<function=", StringComparison.Ordinal) || text.Contains("[ARGS]", StringComparison.Ordinal) ? null
            : text.Contains(Hermes.Open, StringComparison.Ordinal) ? Hermes
            : text.Contains(Mistral.Open, StringComparison.Ordinal) ? Mistral
            : text.Contains("\"parameters\"", StringComparison.Ordinal) ? Llama3
            : null;
    }
}
