using System.Globalization;
using LoraMesh.Text.Jinja.Filters;
using LoraMesh.Text.Jinja.Nodes;

namespace LoraMesh.Text.Jinja.Syntax;

// What follows an operand: .name, [item], (call), |filter, is test.
internal sealed class PostfixParser(TokenStream tokens)
{
    public UnknownNames Unknown { get; } = new();

    public Expression ParsePostfix(ExpressionParser expressions, Expression node)
    {
        while (true)
        {
            var line = tokens.Line;
            if (tokens.TryTakeOperator("."))
            {
                node = ParseMember(line, node);
            }
            else if (tokens.TryTakeOperator("["))
            {
                node = ParseSubscript(expressions, line, node);
            }
            else if (tokens.IsOperator("("))
            {
                node = new CallNode(line, node, ParseArguments(expressions));
            }
            else
            {
                return node;
            }
        }
    }

    /// <param name="expressions">Reads arguments.</param>
    /// <param name="node">What is filtered.</param>
    /// <param name="isFirst">Whether the first filter comes without its bar, as in a filter block.</param>
    public Expression ParseFilters(ExpressionParser expressions, Expression node, bool isFirst)
    {
        while (true)
        {
            var line = tokens.Line;
            if (isFirst || tokens.TryTakeOperator("|"))
            {
                var name = ParseDottedName();
                if (!FilterTable.IsKnownToJinja(name))
                {
                    Unknown.Add(line, $"no filter named '{name}'");
                }

                node = new FilterNode(line, node, name, tokens.IsOperator("(") ? ParseArguments(expressions) : ArgumentList.None);
                isFirst = false;
            }
            else if (tokens.TryTakeName("is"))
            {
                node = ParseTest(expressions, line, node);
            }
            else if (tokens.IsOperator("("))
            {
                node = new CallNode(line, node, ParseArguments(expressions));
            }
            else
            {
                return node;
            }
        }
    }

    public ArgumentList ParseArguments(ExpressionParser expressions)
    {
        tokens.Expect(TokenKind.Operator, "(");
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        Expression? all = null;
        Expression? allNamed = null;
        for (var isFirst = true; !tokens.IsOperator(")"); isFirst = false)
        {
            if (!isFirst)
            {
                tokens.Expect(TokenKind.Operator, ",");
                if (tokens.IsOperator(")"))
                {
                    break;
                }
            }

            if (tokens.TryTakeOperator("**"))
            {
                allNamed = expressions.Parse();
            }
            else if (tokens.TryTakeOperator("*"))
            {
                all = expressions.Parse();
            }
            else if (tokens.Current.Kind == TokenKind.Name && tokens.PeekIsOperator("="))
            {
                var name = tokens.Next().Text;
                tokens.Next();
                named.Add((name, expressions.Parse()));
            }
            else if (named.Count > 0 || all is not null || allNamed is not null)
            {
                throw tokens.Unexpected("a named argument: arguments by position come before these");
            }
            else
            {
                positional.Add(expressions.Parse());
            }
        }

        tokens.Expect(TokenKind.Operator, ")");
        return new ArgumentList(positional, named, all, allNamed);
    }

    private Expression ParseMember(int line, Expression node)
    {
        if (tokens.Current.Kind == TokenKind.Integer)
        {
            var index = long.Parse(tokens.Next().Text, CultureInfo.InvariantCulture);
            return new ItemNode(line, node, new ConstantNode(line, index));
        }

        return new AttributeNode(line, node, tokens.Expect(TokenKind.Name).Text);
    }

    private Expression ParseSubscript(ExpressionParser expressions, int line, Expression node)
    {
        if (tokens.TryTakeOperator("]"))
        {
            return new ItemNode(line, node, new TupleNode(line, []));
        }

        var start = tokens.IsOperator(":") ? null : expressions.Parse();
        if (!tokens.IsOperator(":"))
        {
            if (tokens.IsOperator(",") && start is not null)
            {
                start = ParseTupleIndex(expressions, line, start);
            }

            tokens.Expect(TokenKind.Operator, "]");
            return new ItemNode(line, node, start!);
        }

        tokens.Next();
        var stop = tokens.IsOperator(":") || tokens.IsOperator("]") ? null : expressions.Parse();
        var step = tokens.TryTakeOperator(":") && !tokens.IsOperator("]") ? expressions.Parse() : null;
        tokens.Expect(TokenKind.Operator, "]");
        return new SliceNode(line, node, start, stop, step);
    }

    private TupleNode ParseTupleIndex(ExpressionParser expressions, int line, Expression first)
    {
        var items = new List<Expression> { first };
        while (tokens.TryTakeOperator(","))
        {
            items.Add(expressions.Parse());
        }

        return new TupleNode(line, items);
    }

    private Expression ParseTest(ExpressionParser expressions, int line, Expression node)
    {
        var isNegated = tokens.TryTakeName("not");
        var name = ParseDottedName();
        if (!TestTable.Has(name))
        {
            Unknown.Add(line, $"no test named '{name}'");
        }

        var arguments = ArgumentList.None;
        if (tokens.IsOperator("("))
        {
            arguments = ParseArguments(expressions);
        }
        else if (StartsOperand())
        {
            if (tokens.IsName("is"))
            {
                throw tokens.Unexpected("the end of the test: tests cannot be chained with is");
            }

            arguments = new ArgumentList([expressions.ParsePostfix(expressions.ParsePrimary())], [], null, null);
        }

        var test = new TestNode(line, node, name, arguments);
        return isNegated ? new NotNode(line, test) : test;
    }

    private bool StartsOperand() => tokens.Current.Kind switch
    {
        TokenKind.Name => tokens.Current.Text is not ("else" or "or" or "and"),
        TokenKind.String or TokenKind.Integer or TokenKind.Float => true,
        TokenKind.Operator => tokens.Current.Text is "(" or "[" or "{",
        _ => false,
    };

    private string ParseDottedName()
    {
        var name = tokens.Expect(TokenKind.Name).Text;
        while (tokens.TryTakeOperator("."))
        {
            name += "." + tokens.Expect(TokenKind.Name).Text;
        }

        return name;
    }
}
