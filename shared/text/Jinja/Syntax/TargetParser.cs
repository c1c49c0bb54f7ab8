using LoraMesh.Text.Jinja.Nodes;

namespace LoraMesh.Text.Jinja.Syntax;

// What stands to the left of an assignment, or between for and in.
internal sealed class TargetParser(TokenStream tokens)
{
    public AssignmentTarget Parse(bool allowNamespace, string? endName, bool isSingle = false)
    {
        var items = new List<AssignmentTarget>();
        var isTuple = false;
        do
        {
            if (isTuple && (tokens.IsOperator("=") || (endName is not null && tokens.IsName(endName))))
            {
                break;
            }

            items.Add(ParseSingleTarget(allowNamespace));
        }
        while (!isSingle && tokens.TryTakeOperator(",") && (isTuple = true));
        return isTuple ? new TupleTarget(items) : items[0];
    }

    private AssignmentTarget ParseSingleTarget(bool allowNamespace)
    {
        if (tokens.TryTakeOperator("("))
        {
            var inner = Parse(allowNamespace, endName: null);
            tokens.Expect(TokenKind.Operator, ")");
            return inner;
        }

        var name = tokens.Expect(TokenKind.Name);
        if (name.Text is "true" or "false" or "none" or "True" or "False" or "None")
        {
            throw new ChatTemplateException(name.Line, $"cannot assign to '{name.Text}'");
        }

        return allowNamespace && tokens.TryTakeOperator(".")
            ? new NamespaceTarget(name.Text, tokens.Expect(TokenKind.Name).Text)
            : new NameTarget(name.Text);
    }
}
