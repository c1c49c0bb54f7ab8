using LoraMesh.Text.Jinja;
using LoraMesh.Text.Jinja.Nodes;
using LoraMesh.Text.Jinja.Syntax;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text;

/// <summary>A model's chat template: a Jinja text that turns messages into what the model reads, as transformers would. Safe to use from several threads at once.</summary>
public sealed class ChatTemplate
{
    private readonly IReadOnlyList<Statement> _statements;
    private readonly IReadOnlyDictionary<string, string> _specialTokens;

    private ChatTemplate(string source, IReadOnlyList<Statement> statements, bool hasGenerationBlocks, IReadOnlyDictionary<string, string> specialTokens)
    {
        Source = source;
        HasGenerationBlocks = hasGenerationBlocks;
        _statements = statements;
        _specialTokens = specialTokens;
    }

    /// <summary>The template's text.</summary>
    public string Source { get; }

    /// <summary>Whether the template marks what the assistant says with generation blocks.</summary>
    public bool HasGenerationBlocks { get; }

    /// <summary>Reads chat_template.jinja of a model's folder, or chat_template of its tokenizer_config.json, and the special tokens.</summary>
    /// <exception cref="ChatTemplateException">There is no template, or it is malformed.</exception>
    /// <exception cref="TokenizerFormatException">tokenizer_config.json is malformed.</exception>
    public static ChatTemplate Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Parse(TemplateFolder.Read(folder), SpecialTokenNames.Read(folder));
    }

    /// <summary>Reads a template.</summary>
    /// <param name="jinja">The template's text.</param>
    /// <param name="specialTokens">Variables such as <c>bos_token</c>, by name.</param>
    /// <exception cref="ChatTemplateException">The template is malformed.</exception>
    public static ChatTemplate Parse(string jinja, IReadOnlyDictionary<string, string> specialTokens)
    {
        ArgumentNullException.ThrowIfNull(jinja);
        ArgumentNullException.ThrowIfNull(specialTokens);
        return new ChatTemplate(jinja, TemplateParser.Parse(jinja, out var hasGenerationBlocks), hasGenerationBlocks, specialTokens);
    }

    /// <summary>Renders a conversation, within limits on steps, depth and size.</summary>
    /// <exception cref="ChatTemplateException">The template fails on these messages, raises an error itself, or exceeds a limit.</exception>
    public RenderedChat Render(ChatRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (messages, final) = request.ContinueFinalMessage ? FinalMessage.Mark(request) : (null, "");
        var runtime = new Runtime(request.Now ?? TimeProvider.System.GetLocalNow());
        try
        {
            var frame = new Frame(runtime, Variables(request, messages), runtime.Output);
            Statement.ExecuteAll(_statements, frame);
        }
        catch (JinjaException e)
        {
            throw new ChatTemplateException(runtime.Line, e.Message, e.RaisedByTemplate);
        }
        catch (InvalidOperationException e) when (e.InnerException is JinjaException cause)
        {
            // Sorting wraps what the comparison of two values throws.
            throw new ChatTemplateException(runtime.Line, cause.Message, cause.RaisedByTemplate);
        }

        var rendered = Finish(runtime);
        return messages is null ? rendered : FinalMessage.Cut(rendered, final);
    }

    private static RenderedChat Finish(Runtime runtime)
    {
        var text = runtime.Output.ToString();
        var spans = runtime.Generations.ConvertAll(g => new TextSpan(g.Start, g.Start + g.Text.Length));
        var misplaced = runtime.Generations.FindIndex(g => !text.AsSpan(g.Start).StartsWith(g.Text));
        return new RenderedChat { Text = text, AssistantSpans = spans, MisplacedSpan = misplaced < 0 ? null : spans[misplaced] };
    }

    private Scope Variables(ChatRequest request, System.Text.Json.Nodes.JsonArray? continuation)
    {
        var scope = new Scope(Globals.Scope);
        scope.Set("messages", JsonValues.Read(continuation ?? request.Messages));
        scope.Set("tools", JsonValues.Read(request.Tools));
        scope.Set("documents", JsonValues.Read(request.Documents));
        scope.Set("add_generation_prompt", request.AddGenerationPrompt);
        foreach (var (name, token) in _specialTokens)
        {
            scope.Set(name, token);
        }

        foreach (var (name, value) in request.Variables ?? [])
        {
            scope.Set(name, JsonValues.Read(value));
        }

        // A template's own variables come and go in a scope of their own, above the functions.
        return new Scope(scope);
    }
}
