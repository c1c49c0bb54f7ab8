using System.Globalization;
using System.Text.Json.Nodes;
using LoraMesh.Text;

namespace LoraMesh.UnitTests.Text.Chat;

public sealed class ChatTemplateGoldenTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var folder in Directory.GetDirectories(Golden.Folder("chat")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal))
            {
                foreach (var golden in Read(folder)["cases"]!.AsArray())
                {
                    data.Add(folder, golden!["name"]!.GetValue<string>());
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Render_GoldenConversation_GivesReferenceText(string folder, string name)
    {
        var (template, request, golden) = Prepare(folder, name);

        if (golden["error"] is { } error)
        {
            var exception = Assert.Throws<ChatTemplateException>(() => template.Render(request));
            var raised = error["type"]!.GetValue<string>() == "TemplateError";
            Assert.Equal(raised, exception.RaisedByTemplate);
            Assert.True(exception.Line > 0);
            if (raised)
            {
                Assert.Equal(error["message"]!.GetValue<string>(), exception.Reason);
            }

            return;
        }

        var rendered = template.Render(request);

        Assert.Equal(golden["expected"]!.GetValue<string>(), rendered.Text);
        if (golden["assistant_spans"] is { } spans)
        {
            Assert.Equal(
                spans.AsArray().Select(s => (s![0]!.GetValue<int>(), s[1]!.GetValue<int>())),
                rendered.AssistantSpans.Select(s => (CodePoints(rendered.Text, s.Start), CodePoints(rendered.Text, s.End))));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Encode_GoldenConversation_GivesReferenceIdsAndMask(string folder, string name)
    {
        var (template, request, golden) = Prepare(folder, name);
        var tokenizer = Golden.Folder(Read(folder)["tokenizer"]!.GetValue<string>());
        if (golden["ids"] is null || !Directory.Exists(tokenizer))
        {
            return;
        }

        var encoded = new ChatEncoder(Tokenizer.Load(tokenizer), template).Encode(request);

        Assert.Equal(Golden.Ints(golden["ids"]), encoded.Ids);
        Assert.Equal(Golden.Ints(golden["assistant_masks"]).Select(m => m == 1), encoded.AssistantMask);
    }

    private static JsonNode Read(string folder) => JsonNode.Parse(File.ReadAllText(Golden.Folder("chat", folder, "cases.json")))!;

    private static (ChatTemplate Template, ChatRequest Request, JsonNode Golden) Prepare(string folder, string name)
    {
        var file = Read(folder);
        var golden = file["cases"]!.AsArray().Single(c => c!["name"]!.GetValue<string>() == name)!;
        var tokens = file["special_tokens"]!.AsObject().ToDictionary(t => t.Key, t => t.Value!.GetValue<string>());
        var request = new ChatRequest
        {
            Messages = golden["messages"]!.DeepClone().AsArray(),
            Tools = golden["tools"]?.DeepClone().AsArray(),
            Documents = golden["documents"]?.DeepClone().AsArray(),
            Variables = golden["kwargs"]?.DeepClone().AsObject(),
            AddGenerationPrompt = golden["add_generation_prompt"]!.GetValue<bool>(),
            ContinueFinalMessage = golden["continue_final_message"]?.GetValue<bool>() ?? false,
            Now = DateTimeOffset.Parse(file["now"]!.GetValue<string>() + "Z", CultureInfo.InvariantCulture),
        };
        return (ChatTemplate.Parse(File.ReadAllText(Golden.Folder("chat", folder, "template.jinja")), tokens), request, golden);
    }

    private static int CodePoints(string text, int end) => text[..end].EnumerateRunes().Count();
}
