using System.Text.Json;
using LoraMesh.Text.Reading;

namespace LoraMesh.Text;

// Finds a folder's chat template: its own file first, then the member of tokenizer_config.json.
internal static class TemplateFolder
{
    public static string Read(string folder)
    {
        var path = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(path))
        {
            return File.ReadAllText(path);
        }

        using var document = TokenizerFile.Read(folder, "tokenizer_config.json");
        var member = document is null ? default : new JsonPart(document.RootElement, "tokenizer_config.json").Member("chat_template");
        return member.Element.ValueKind switch
        {
            JsonValueKind.String => member.String(),
            JsonValueKind.Array => ReadDefault(member),
            _ => throw new ChatTemplateException(
                0, $"{folder} has none: neither chat_template.jinja nor chat_template in tokenizer_config.json. Add one, or use data without messages."),
        };
    }

    private static string ReadDefault(JsonPart templates)
    {
        foreach (var template in templates.Items())
        {
            if (template.Member("name").String() == "default")
            {
                return template.Member("template").String();
            }
        }

        throw new ChatTemplateException(0, $"{templates.Path} lists several, but none is named 'default'");
    }
}
