using System.Text.Json.Nodes;
using LoraMesh.Text;

namespace LoraMesh.UnitTests.Text.Jinja;

public sealed class JinjaGoldenTests
{
    private static readonly Dictionary<string, string> SpecialTokens = new() { ["bos_token"] = "<s>", ["eos_token"] = "</s>" };

    [Fact]
    public void Render_SmallTemplates_AgreesWithJinja()
    {
        var lines = Golden.Lines("jinja", "cases.jsonl");
        var variables = lines[0]["variables"]!.AsObject();
        var differences = new List<string>();

        foreach (var golden in lines.Skip(1))
        {
            var template = golden["template"]!.GetValue<string>();
            var expected = (string?)golden["text"] ?? "an error";
            var actual = Render(template, variables);
            if (expected != actual)
            {
                differences.Add($"{template}\n  expected: {expected}\n  actual:   {actual}");
            }
        }

        Assert.True(lines.Count > 2_000);
        Assert.Empty(differences);
    }

    private static string Render(string template, JsonObject variables)
    {
        try
        {
            return ChatTemplate.Parse(template, SpecialTokens).Render(new ChatRequest
            {
                Messages = [],
                Variables = variables,
                Now = new DateTimeOffset(2026, 2, 9, 7, 5, 3, TimeSpan.Zero),
            }).Text;
        }
        catch (ChatTemplateException)
        {
            return "an error";
        }
    }
}
