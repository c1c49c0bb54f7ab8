namespace LoraMesh.Text.Jinja.Syntax;

internal sealed class TokenStream(IReadOnlyList<Token> tokens)
{
    private int _position;

    public Token Current => tokens[_position];

    public int Line => Current.Line;

    public Token Next()
    {
        var token = Current;
        _position += token.Kind == TokenKind.End ? 0 : 1;
        return token;
    }

    public bool IsOperator(string text) => Current.Is(TokenKind.Operator, text);

    public bool IsName(string text) => Current.Is(TokenKind.Name, text);

    public bool PeekIsName(string text) => _position + 1 < tokens.Count && tokens[_position + 1].Is(TokenKind.Name, text);

    public bool PeekIsOperator(string text) => _position + 1 < tokens.Count && tokens[_position + 1].Is(TokenKind.Operator, text);

    public bool TryTakeOperator(string text) => TryTake(TokenKind.Operator, text);

    public bool TryTakeName(string text) => TryTake(TokenKind.Name, text);

    public Token Expect(TokenKind kind, string? text = null)
    {
        var token = Current;
        return token.Kind == kind && (text is null || token.Text == text) ? Next() : throw Unexpected(text is null ? Describe(kind) : $"'{text}'");
    }

    public ChatTemplateException Unexpected(string expected) =>
        new(Line, $"found {(Current.Text.Length > 0 && Current.Kind != TokenKind.Text ? $"'{Current.Text}'" : Describe(Current.Kind))}, expected {expected}");

    private bool TryTake(TokenKind kind, string text)
    {
        if (!Current.Is(kind, text))
        {
            return false;
        }

        Next();
        return true;
    }

    private static string Describe(TokenKind kind) => kind switch
    {
        TokenKind.PrintEnd => "'}}'",
        TokenKind.BlockEnd => "'%}'",
        TokenKind.PrintBegin => "'{{'",
        TokenKind.BlockBegin => "'{%'",
        TokenKind.End => "the end of the template",
        _ => $"a {kind.ToString().ToLowerInvariant()}",
    };
}
