using System.Text.RegularExpressions;

namespace LoraMesh.Text.Jinja.Syntax;

// Cuts a template into text and tokens, with trim_blocks and lstrip_blocks on, as transformers has them: a newline
// after a block goes, and so does the space before one that begins its line.
internal sealed partial class Lexer
{
    private const int MaxTemplateLength = 2_000_000;

    private static readonly string[] Operators =
        ["//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _position;
    private int _line = 1;
    private int _counted;
    private bool _atLineStart = true;

    private Lexer(string source) => _source = source;

    public static List<Token> Tokenize(string template)
    {
        if (template.Length > MaxTemplateLength)
        {
            throw new ChatTemplateException(0, $"has {template.Length} characters; up to {MaxTemplateLength} are read");
        }

        var source = Newline().Replace(template, "\n");
        var lexer = new Lexer(source.EndsWith('\n') ? source[..^1] : source);
        lexer.Run();
        return lexer._tokens;
    }

    [GeneratedRegex(@"\r\n|\r|\n")]
    private static partial Regex Newline();

    [GeneratedRegex(@"\G\{%(?<sign>[-+]?)\s*raw\s*(?:-%\}\s*|%\})")]
    private static partial Regex RawBegin();

    [GeneratedRegex(@"\{%(?<sign>[-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)")]
    private static partial Regex RawEnd();

    [GeneratedRegex(@"(?:\+#\}|-#\}\s*|#\}\n?)")]
    private static partial Regex CommentEnd();

    [GeneratedRegex(@"\G(?:\+%\}|-%\}\s*|%\}\n?)")]
    private static partial Regex BlockEnd();

    [GeneratedRegex(@"\G(?:-\}\}\s*|\}\})")]
    private static partial Regex PrintEnd();

    [GeneratedRegex(@"\G(?<![.])(?:[0-9]+_)*[0-9]+(?:(?:\.(?:[0-9]+_)*[0-9]+)?[eE][+-]?(?:[0-9]+_)*[0-9]+|\.(?:[0-9]+_)*[0-9]+)")]
    private static partial Regex Float();

    [GeneratedRegex(@"\G(?:0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?[0-9])*|0(?:_?0)*)")]
    private static partial Regex Integer();

    [GeneratedRegex(@"\G\w+")]
    private static partial Regex Name();

    [GeneratedRegex(@"\G(?:'[^'\\]*(?:\\.[^'\\]*)*'|""[^""\\]*(?:\\.[^""\\]*)*"")", RegexOptions.Singleline)]
    private static partial Regex Quoted();

    private void Run()
    {
        while (_position < _source.Length)
        {
            var begin = FindBegin();
            if (begin < 0)
            {
                Add(TokenKind.Text, _source[_position..]);
                _position = _source.Length;
                break;
            }

            var sign = begin + 2 < _source.Length ? _source[begin + 2] : ' ';
            TakeText(begin, sign, isPrint: _source[begin + 1] == '{');
            TakeTag(sign is '-' or '+' ? 3 : 2);
        }

        Add(TokenKind.End, "");
    }

    private int FindBegin()
    {
        for (var at = _source.IndexOf('{', _position); at >= 0 && at + 1 < _source.Length; at = _source.IndexOf('{', at + 1))
        {
            if (_source[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }

        return -1;
    }

    private void TakeText(int end, char sign, bool isPrint)
    {
        var text = _source[_position..end];
        if (sign == '-')
        {
            text = text.TrimEnd();
        }
        else if (!isPrint && sign != '+')
        {
            var lineStart = text.LastIndexOf('\n') + 1;
            if ((lineStart > 0 || _atLineStart) && string.IsNullOrWhiteSpace(text[lineStart..]))
            {
                text = text[..lineStart];
            }
        }

        if (text.Length > 0)
        {
            Add(TokenKind.Text, text);
        }

        MoveTo(end);
    }

    private void TakeTag(int width)
    {
        var kind = _source[_position + 1];
        if (kind == '#')
        {
            var end = CommentEnd().Match(_source, _position + 2);
            MoveTo(end.Success ? end.Index + end.Length : throw Error("a comment is never closed: '#}' is missing"));
            return;
        }

        if (kind == '%' && RawBegin().Match(_source, _position) is { Success: true } raw)
        {
            MoveTo(raw.Index + raw.Length);
            TakeRaw();
            return;
        }

        // A sign before a number, as in {{-1}}, belongs to the tag all the same.
        var isPrint = kind == '{';
        Add(isPrint ? TokenKind.PrintBegin : TokenKind.BlockBegin, "");
        MoveTo(_position + width);
        TakeInside(isPrint);
    }

    private void TakeRaw()
    {
        var end = RawEnd().Match(_source, _position);
        if (!end.Success)
        {
            throw Error("a raw block is never closed: '{% endraw %}' is missing");
        }

        TakeText(end.Index, end.Groups["sign"].Value is [var sign] ? sign : ' ', isPrint: false);
        MoveTo(end.Index + end.Length);
    }

    private void TakeInside(bool isPrint)
    {
        var open = new Stack<char>();
        while (_position < _source.Length)
        {
            var end = (isPrint ? PrintEnd() : BlockEnd()).Match(_source, _position);
            if (open.Count == 0 && end.Success)
            {
                Add(isPrint ? TokenKind.PrintEnd : TokenKind.BlockEnd, "");
                MoveTo(end.Index + end.Length);
                return;
            }

            TakeToken(open);
        }

        throw Error(isPrint ? "an expression is never closed: '}}' is missing" : "a block is never closed: '%}' is missing");
    }

    private void TakeToken(Stack<char> open)
    {
        if (char.IsWhiteSpace(_source[_position]))
        {
            MoveTo(_position + 1);
        }
        else if (Float().Match(_source, _position) is { Success: true } number)
        {
            Take(TokenKind.Float, number.Value);
        }
        else if (Integer().Match(_source, _position) is { Success: true } integer)
        {
            Take(TokenKind.Integer, integer.Value);
        }
        else if (Name().Match(_source, _position) is { Success: true } name)
        {
            Take(TokenKind.Name, name.Value);
        }
        else if (Quoted().Match(_source, _position) is { Success: true } quoted)
        {
            Take(TokenKind.String, quoted.Value);
        }
        else
        {
            TakeOperator(open);
        }
    }

    private void TakeOperator(Stack<char> open)
    {
        var op = Array.Find(Operators, o => string.CompareOrdinal(_source, _position, o, 0, o.Length) == 0)
            ?? throw Error($"unexpected character '{_source[_position]}'");
        switch (op)
        {
            case "(" or "[" or "{":
                open.Push(op[0] == '(' ? ')' : op[0] == '[' ? ']' : '}');
                break;
            case ")" or "]" or "}" when !open.TryPop(out var expected) || expected != op[0]:
                throw Error($"unexpected '{op}'");
            default:
                break;
        }

        Take(TokenKind.Operator, op);
    }

    private void Take(TokenKind kind, string text)
    {
        Add(kind, text);
        MoveTo(_position + text.Length);
    }

    private void Add(TokenKind kind, string text) => _tokens.Add(new Token(kind, text, Line()));

    private void MoveTo(int position)
    {
        _atLineStart = position > _position ? _source[position - 1] == '\n' : _atLineStart;
        _position = position;
    }

    private int Line()
    {
        for (; _counted < _position; _counted++)
        {
            _line += _source[_counted] == '\n' ? 1 : 0;
        }

        return _line;
    }

    private ChatTemplateException Error(string message) => new(Line(), message);
}
