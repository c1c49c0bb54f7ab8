using LoraMesh.Text.Jinja.Nodes;

namespace LoraMesh.Text.Jinja.Syntax;

internal static class ParameterParser
{
    /// <summary>The parameters of a macro or a call block, with their parentheses.</summary>
    public static List<MacroParameter> Parse(ExpressionParser expressions, TokenStream tokens)
    {
        tokens.Expect(TokenKind.Operator, "(");
        var parameters = new List<MacroParameter>();
        while (!tokens.IsOperator(")"))
        {
            if (parameters.Count > 0)
            {
                tokens.Expect(TokenKind.Operator, ",");
            }

            var name = tokens.Expect(TokenKind.Name).Text;
            var hasDefault = tokens.TryTakeOperator("=");
            if (name == "caller" && !hasDefault)
            {
                throw tokens.Unexpected("a default for 'caller', which call blocks set");
            }

            if (!hasDefault && parameters.Exists(p => p.Default is not null))
            {
                throw tokens.Unexpected($"a default for '{name}', as the parameter before it has one");
            }

            parameters.Add(new MacroParameter(name, hasDefault ? expressions.Parse() : null));
        }

        tokens.Expect(TokenKind.Operator, ")");
        return parameters;
    }
}
