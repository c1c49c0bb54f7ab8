using System.Globalization;
using System.Numerics;
using LoraMesh.Text.Jinja.Nodes;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Syntax;

// Whole numbers in any base, lists and dicts.
internal static class LiteralParser
{
    public static object ParseInteger(string text)
    {
        var radix = text.Length > 1 ? char.ToLowerInvariant(text[1]) : ' ';
        return radix switch
        {
            'x' => Numbers.Shrink(BigInteger.Parse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)),
            'o' => Numbers.Shrink(text[2..].Aggregate(BigInteger.Zero, (sum, digit) => (sum * 8) + (digit - '0'))),
            'b' => Numbers.Shrink(text[2..].Aggregate(BigInteger.Zero, (sum, digit) => (sum * 2) + (digit - '0'))),
            _ => Numbers.Shrink(BigInteger.Parse(text, CultureInfo.InvariantCulture)),
        };
    }

    public static ListNode ParseList(ExpressionParser expressions, TokenStream tokens, int line)
    {
        var items = new List<Expression>();
        while (!tokens.IsOperator("]"))
        {
            if (items.Count > 0)
            {
                tokens.Expect(TokenKind.Operator, ",");
            }

            if (tokens.IsOperator("]"))
            {
                break;
            }

            items.Add(expressions.Parse());
        }

        tokens.Expect(TokenKind.Operator, "]");
        return new ListNode(line, items);
    }

    public static DictNode ParseDict(ExpressionParser expressions, TokenStream tokens, int line)
    {
        var items = new List<(Expression, Expression)>();
        while (!tokens.IsOperator("}"))
        {
            if (items.Count > 0)
            {
                tokens.Expect(TokenKind.Operator, ",");
            }

            if (tokens.IsOperator("}"))
            {
                break;
            }

            var key = expressions.Parse();
            tokens.Expect(TokenKind.Operator, ":");
            items.Add((key, expressions.Parse()));
        }

        tokens.Expect(TokenKind.Operator, "}");
        return new DictNode(line, items);
    }
}
