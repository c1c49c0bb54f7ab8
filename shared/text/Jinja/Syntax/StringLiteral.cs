using System.Globalization;
using System.Text;

namespace LoraMesh.Text.Jinja.Syntax;

// Python's escapes in quoted strings; what is no escape stays as it is, backslash included.
internal static class StringLiteral
{
    public static string Read(Token token)
    {
        var body = token.Text[1..^1];
        if (!body.Contains('\\'))
        {
            return body;
        }

        var text = new StringBuilder(body.Length);
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] != '\\')
            {
                text.Append(body[i]);
                continue;
            }

            i++;
            switch (body[i])
            {
                case '\n':
                    break;
                case 'x' or 'u' or 'U':
                    i = AppendHex(token, body, i, text);
                    break;
                case >= '0' and <= '7':
                    i = AppendOctal(body, i, text);
                    break;
                default:
                    text.Append(Simple(body[i]));
                    break;
            }
        }

        return text.ToString();
    }

    private static string Simple(char c) => c switch
    {
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        'a' => "\a",
        'b' => "\b",
        'f' => "\f",
        'v' => "\v",
        '\\' or '\'' or '"' => c.ToString(),
        _ => $"\\{c}",
    };

    private static int AppendHex(Token token, string body, int at, StringBuilder text)
    {
        var digits = body[at] switch { 'x' => 2, 'u' => 4, _ => 8 };
        if (at + digits >= body.Length
            || !int.TryParse(body.AsSpan(at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || code is < 0 or > 0x10FFFF)
        {
            throw new ChatTemplateException(token.Line, $"the escape \\{body[at]} wants {digits} hexadecimal digits of a code point");
        }

        if (code <= 0xFFFF)
        {
            text.Append((char)code);
        }
        else
        {
            text.Append(char.ConvertFromUtf32(code));
        }

        return at + digits;
    }

    private static int AppendOctal(string body, int at, StringBuilder text)
    {
        var code = 0;
        var end = at;
        while (end < body.Length && end < at + 3 && body[end] is >= '0' and <= '7')
        {
            code = (code * 8) + (body[end++] - '0');
        }

        text.Append((char)code);
        return end - 1;
    }
}
