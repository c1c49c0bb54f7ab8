using System.Text.Json.Nodes;
using LoraMesh.Text;

namespace LoraMesh.UnitTests.Text.Chat;

public sealed class ChatTemplateTests
{
    private static readonly ChatRequest Hello = ChatRequest.FromMessages([new ChatMessage { Role = "user", Content = "hello" }]);

    [Theory]
    [InlineData("a\n{% if x %}", 2, "an if block is never closed: '{% endif %}' is missing")]
    [InlineData("\n\n{{ 'abc }}", 3, "unexpected character '''")]
    [InlineData("{% frobnicate %}", 1, "the block 'frobnicate' is not known")]
    [InlineData("{{ 1 + }}", 1, "found")]
    [InlineData("{# never", 1, "a comment is never closed")]
    public void Parse_MalformedTemplate_NamesTheLine(string template, int line, string reason)
    {
        var error = Assert.Throws<ChatTemplateException>(() => Parse(template));

        Assert.Equal(line, error.Line);
        Assert.StartsWith(reason, error.Reason, StringComparison.Ordinal);
        Assert.False(error.RaisedByTemplate);
    }

    [Theory]
    [InlineData("\n{{ nothing.at.all }}", 2, "'nothing' is undefined")]
    [InlineData("{{ messages | frobnicate }}", 1, "no filter named 'frobnicate'")]
    [InlineData("{{ messages is frobnicated }}", 1, "no test named 'frobnicated'")]
    [InlineData("\n\n{{ 1 + 'a' }}", 3, "unsupported operand type(s) for +: 'int' and 'str'")]
    [InlineData("{{ messages.append(1) }}", 1, "calling append() of a list is not allowed")]
    public void Render_FailingTemplate_NamesTheLine(string template, int line, string reason)
    {
        var error = Assert.Throws<ChatTemplateException>(() => Parse(template).Render(Hello));

        Assert.Equal((line, false), (error.Line, error.RaisedByTemplate));
        Assert.StartsWith(reason, error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_RaiseException_HandsOnItsText()
    {
        var error = Assert.Throws<ChatTemplateException>(() => Parse("{{ raise_exception('no ' ~ messages[0].role) }}").Render(Hello));

        Assert.True(error.RaisedByTemplate);
        Assert.Equal("no user", error.Reason);
    }

    [Theory]
    [InlineData("{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}", "steps")]
    [InlineData("{{ 'a' * 100000000 }}", "over the limit")]
    [InlineData("{{ [0] * 100000000 }}", "over the limit")]
    [InlineData("{% set ns = namespace(t='aaaaaaaa') %}{% for i in range(99) %}{% set ns.t = ns.t + ns.t %}{% endfor %}", "over the limit")]
    [InlineData("{% set ns = namespace(t=[]) %}{% for i in range(99) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t }}", "limit|steps")]
    [InlineData("{% set ns = namespace(a=[], b=[]) %}{% for i in range(99) %}{% set ns.a = [ns.a, ns.a] %}{% set ns.b = [ns.b, ns.b] %}{% endfor %}{{ ns.a == ns.b }}", "steps")]
    [InlineData("{% set ns = namespace(t=[]) %}{% for i in range(99999) %}{% set ns.t = [ns.t] %}{% endfor %}{{ ns.t }}", "too deep")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "more than 200 deep")]
    [InlineData("{{ 9 ** (9 ** 9) }}", "too large")]
    [InlineData("{{ '%1000000000d' % 1 }}", "limit")]
    [InlineData("{{ '{:1000000000}'.format(1) }}", "limit")]
    [InlineData("{{ 'a'.center(1000000000) }}", "limit")]
    [InlineData("{{ range(1000000) }}", "Range too big")]
    public void Render_GreedyTemplate_IsStopped(string template, string reasons)
    {
        var error = Assert.Throws<ChatTemplateException>(() => Parse(template).Render(Hello));

        Assert.True(reasons.Split('|').Any(r => error.Reason.Contains(r, StringComparison.Ordinal)), error.Reason);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("not ", "")]
    [InlineData("-", "")]
    public void Parse_DeepExpression_IsStopped(string open, string close)
    {
        var template = "{{ " + string.Concat(Enumerable.Repeat(open, 400_000)) + "1" + string.Concat(Enumerable.Repeat(close, 400_000)) + " }}";

        Assert.Contains("nested too deep", Assert.Throws<ChatTemplateException>(() => Parse(template)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_LongChain_IsStopped()
    {
        var template = Parse("{{ messages" + string.Concat(Enumerable.Repeat("[0]", 300_000)) + " }}");

        Assert.Contains("nested too deep", Assert.Throws<ChatTemplateException>(() => template.Render(Hello)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_WithoutFixedClock_HasAYear()
    {
        Assert.Matches("^2[0-9]{3}$", Parse("{{ strftime_now('%Y') }}").Render(Hello).Text);
    }

    [Fact]
    public void Render_ContinueFinalMessage_LeavesItOpen()
    {
        var template = Parse("{% for m in messages %}<{{ m.role }}>{{ m.content | trim }}</>\n{% endfor %}");
        var request = ChatRequest.FromMessages([Turn("user", "hi"), Turn("assistant", "hi there ")]) with { ContinueFinalMessage = true };

        Assert.Equal("<user>hi</>\n<assistant>hi there", template.Render(request).Text);
        Assert.Throws<ChatTemplateException>(() => template.Render(request with { AddGenerationPrompt = true }));

        static ChatMessage Turn(string role, string content) => new() { Role = role, Content = content };
    }

    // repr writes the line break as \n: going on behind it would go on with another text.
    [Fact]
    public void Render_ContinueMessageThatTheTemplateRewrites_IsRefused()
    {
        var request = new ChatRequest
        {
            Messages = JsonNode.Parse("""[{"role": "assistant", "content": [{"type": "text", "text": "a\nb"}]}]""")!.AsArray(),
            ContinueFinalMessage = true,
        };

        var error = Assert.Throws<ChatTemplateException>(() => Parse("{{ messages[-1].content }}").Render(request));

        Assert.Contains("as it stands", error.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% for m in messages %}{{ 1|nosuch }}{% endfor %}", "no filter named 'nosuch'")]
    [InlineData("{% if false %}{% for m in [] %}{{ 1 is nosuch }}{% endfor %}{% endif %}", "no test named 'nosuch'")]
    [InlineData("{% macro f() %}{{ 1|list.a }}{% endmacro %}", "no filter named 'list.a'")]
    public void Parse_UnknownFilterOrTest_IsRefusedEvenIfNeverReached(string template, string reason) =>
        Assert.Contains(reason, Assert.Throws<ChatTemplateException>(() => Parse(template)).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("{% if false %}{{ 1|nosuch }}{% endif %}a", "a")]
    [InlineData("{{ 1|nosuch if false else 'b' }}", "b")]
    [InlineData("{% if true %}c{% elif 1 is nosuch %}{% endif %}", "c")]
    [InlineData("{% for x in [1, 2] %}{{ x }}{% continue %}{% else %}d{% endfor %}", "12d")]
    [InlineData("{% for x in [1, 2] %}{{ x }}{% break %}{% else %}e{% endfor %}", "1e")]
    [InlineData("{% for x in [1, 2] %}{% if x == 2 %}{% break %}{% endif %}{% else %}f{% endfor %}", "")]
    [InlineData("{{ [[1, 2], [3]]|truncate(5) }}{{ nothing|truncate }}", "[[1, 2], [3]]")]
    public void Render_AsJinjaDoes_GivesItsText(string template, string expected) => Assert.Equal(expected, Parse(template).Render(Hello).Text);

    [Fact]
    public void Load_FolderWithoutTemplate_SaysWhatToDo()
    {
        var error = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Load(Golden.Folder("tokenizers", "bbpe-qwen2")));

        Assert.Contains("neither chat_template.jinja nor chat_template in tokenizer_config.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"chat_template": "A{{ bos_token }}", "bos_token": {"content": "<s>"}}""", null, "A<s>")]
    [InlineData("""{"chat_template": [{"name": "tool_use", "template": "T"}, {"name": "default", "template": "D"}]}""", null, "D")]
    [InlineData("""{"chat_template": "A", "bos_token": "<b>"}""", "J{{ bos_token }}", "J<b>")]
    public void Load_Folder_FindsTheTemplate(string config, string? file, string expected)
    {
        var folder = Directory.CreateTempSubdirectory("loramesh-text-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), config);
            if (file is not null)
            {
                File.WriteAllText(Path.Combine(folder, "chat_template.jinja"), file);
            }

            Assert.Equal(expected, ChatTemplate.Load(folder).Render(Hello).Text);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ChatTemplate Parse(string template) => ChatTemplate.Parse(template, new Dictionary<string, string>());
}
