using System.Globalization;
using LoraMesh.Text.Jinja.Nodes;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Syntax;

// Expressions by falling precedence, as Jinja has it: a if b else c; or; and; not; comparisons; + -; ~; * / // %; **; signs.
internal sealed class ExpressionParser(TokenStream tokens)
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    private readonly PostfixParser _postfix = new(tokens);

    /// <summary>The filters and tests read so far that do not exist.</summary>
    public UnknownNames Unknown => _postfix.Unknown;

    /// <summary>Every name read so far is added to all of these; macros ask which names their bodies use.</summary>
    public Stack<HashSet<string>> NameSets { get; } = new();

    public Expression Parse(bool withCondition = true)
    {
        CheckDepth();
        return withCondition ? ParseCondition() : ParseOr();
    }

    /// <summary>One expression, or several with commas between, which make a tuple.</summary>
    public Expression ParseTuple(bool withCondition = true, bool inParentheses = false, string? endName = null)
    {
        var line = tokens.Line;
        var items = new List<Expression>();
        var isTuple = false;
        while (!IsTupleEnd(endName))
        {
            items.Add(Parse(withCondition));
            if (!tokens.TryTakeOperator(","))
            {
                break;
            }

            isTuple = true;
        }

        return isTuple || (items.Count == 0 && inParentheses) ? new TupleNode(line, items)
            : items.Count == 1 ? items[0]
            : throw tokens.Unexpected("an expression");
    }

    public ArgumentList ParseArguments() => _postfix.ParseArguments(this);

    public Expression ParseFilters(Expression input) => _postfix.ParseFilters(this, input, isFirst: false);

    public Expression ParseFilterBody(Expression input) => _postfix.ParseFilters(this, input, isFirst: true);

    public Expression ParsePrimary()
    {
        var token = tokens.Next();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return ParseName(token);
            case TokenKind.String:
                var text = StringLiteral.Read(token);
                while (tokens.Current.Kind == TokenKind.String)
                {
                    text += StringLiteral.Read(tokens.Next());
                }

                return new ConstantNode(token.Line, text);
            case TokenKind.Integer:
                return new ConstantNode(token.Line, LiteralParser.ParseInteger(token.Text.Replace("_", "", StringComparison.Ordinal)));
            case TokenKind.Float:
                return new ConstantNode(token.Line, double.Parse(token.Text.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
            case TokenKind.Operator when token.Text == "(":
                var inner = ParseTuple(inParentheses: true);
                tokens.Expect(TokenKind.Operator, ")");
                return inner;
            case TokenKind.Operator when token.Text == "[":
                return LiteralParser.ParseList(this, tokens, token.Line);
            case TokenKind.Operator when token.Text == "{":
                return LiteralParser.ParseDict(this, tokens, token.Line);
            default:
                throw new ChatTemplateException(token.Line, $"found '{token.Text}', expected an expression");
        }
    }

    public Expression ParsePostfix(Expression node) => _postfix.ParsePostfix(this, node);

    private void CheckDepth()
    {
        try
        {
            Budget.CheckStack();
        }
        catch (JinjaException e)
        {
            throw new ChatTemplateException(tokens.Line, e.Message);
        }
    }

    private bool IsTupleEnd(string? endName) =>
        tokens.Current.Kind is TokenKind.PrintEnd or TokenKind.BlockEnd or TokenKind.End || tokens.IsOperator(")")
        || (endName is not null && tokens.IsName(endName));

    private Expression ParseCondition()
    {
        var (line, unknown) = (tokens.Line, Unknown.Count);
        var value = ParseOr();
        while (tokens.TryTakeName("if"))
        {
            var test = ParseOr();
            value = new ConditionNode(line, test, value, tokens.TryTakeName("else") ? ParseCondition() : null);
            line = tokens.Line;
            Unknown.Forget(unknown);
        }

        return value;
    }

    private Expression ParseOr()
    {
        var left = ParseAnd();
        while (tokens.Current.Line is var line && tokens.TryTakeName("or"))
        {
            left = new LogicNode(line, IsAnd: false, left, ParseAnd());
        }

        return left;
    }

    private Expression ParseAnd()
    {
        var left = ParseNot();
        while (tokens.Current.Line is var line && tokens.TryTakeName("and"))
        {
            left = new LogicNode(line, IsAnd: true, left, ParseNot());
        }

        return left;
    }

    private Expression ParseNot()
    {
        CheckDepth();
        return tokens.Current.Line is var line && tokens.TryTakeName("not") ? new NotNode(line, ParseNot()) : ParseComparison();
    }

    private Expression ParseComparison()
    {
        var line = tokens.Line;
        var first = ParseSum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (tokens.Current.Kind == TokenKind.Operator && Comparisons.Contains(tokens.Current.Text))
            {
                rest.Add((tokens.Next().Text, ParseSum()));
            }
            else if (tokens.TryTakeName("in"))
            {
                rest.Add(("in", ParseSum()));
            }
            else if (tokens.IsName("not") && tokens.PeekIsName("in"))
            {
                tokens.Next();
                tokens.Next();
                rest.Add(("not in", ParseSum()));
            }
            else
            {
                return rest.Count == 0 ? first : new ComparisonNode(line, first, rest);
            }
        }
    }

    private Expression ParseSum() => ParseBinary(ParseConcatenation, "+", "-");

    private Expression ParseConcatenation()
    {
        var line = tokens.Line;
        var parts = new List<Expression> { ParseProduct() };
        while (tokens.TryTakeOperator("~"))
        {
            parts.Add(ParseProduct());
        }

        return parts.Count == 1 ? parts[0] : new ConcatenationNode(line, parts);
    }

    private Expression ParseProduct() => ParseBinary(ParsePower, "*", "/", "//", "%");

    private Expression ParsePower() => ParseBinary(() => ParseUnary(withFilters: true), "**");

    private Expression ParseBinary(Func<Expression> operand, params string[] operators)
    {
        var left = operand();
        while (tokens.Current.Kind == TokenKind.Operator && operators.Contains(tokens.Current.Text))
        {
            var op = tokens.Next();
            left = new BinaryNode(op.Line, op.Text, left, operand());
        }

        return left;
    }

    private Expression ParseUnary(bool withFilters)
    {
        CheckDepth();
        var line = tokens.Line;
        var node = tokens.TryTakeOperator("-") ? new SignNode(line, "-", ParseUnary(withFilters: false))
            : tokens.TryTakeOperator("+") ? new SignNode(line, "+", ParseUnary(withFilters: false))
            : ParsePrimary();
        node = ParsePostfix(node);
        return withFilters ? _postfix.ParseFilters(this, node, isFirst: false) : node;
    }

    private Expression ParseName(Token token)
    {
        switch (token.Text)
        {
            case "true" or "True":
                return new ConstantNode(token.Line, true);
            case "false" or "False":
                return new ConstantNode(token.Line, false);
            case "none" or "None":
                return new ConstantNode(token.Line, NoneValue.Instance);
            default:
                foreach (var names in NameSets)
                {
                    names.Add(token.Text);
                }

                return new NameNode(token.Line, token.Text);
        }
    }
}
