using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LoraMesh.UnitTests.Documentation;

/// <summary>
/// Every error code that the programs give, read from their source: the texts that reach a parameter called <c>code</c>, or a
/// property called <c>Code</c>. What is handed on from elsewhere is found where it began.
/// </summary>
internal sealed class ErrorCodeScan
{
    // By type and method; a constructor is called as its type.
    private readonly Dictionary<(string Type, string Method), HashSet<int>> _places = [];
    private readonly HashSet<(string Type, string Method)> _local = [];
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _codes = new(StringComparer.Ordinal);

    private ErrorCodeScan(IReadOnlyList<SyntaxNode> files)
    {
        foreach (var node in files.SelectMany(file => file.DescendantNodes()))
        {
            Note(node);
        }

        foreach (var node in files.SelectMany(file => file.DescendantNodes()))
        {
            Take(node);
        }
    }

    /// <summary>The codes in clients, services and shared code.</summary>
    public static IReadOnlySet<string> Read()
    {
        string[] folders = ["clients", "services", "shared"];
        var files = folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories));
        return new ErrorCodeScan([.. files.Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot())])._codes;
    }

    // Where a method or a constructor takes a code, by its name; and texts that have names.
    private void Note(SyntaxNode node)
    {
        var (name, parameters) = node switch
        {
            MethodDeclarationSyntax method => (method.Identifier.Text, method.ParameterList),
            LocalFunctionStatementSyntax local => (local.Identifier.Text, local.ParameterList),
            ConstructorDeclarationSyntax constructor => (constructor.Identifier.Text, constructor.ParameterList),
            TypeDeclarationSyntax { ParameterList: { } primary } type => (type.Identifier.Text, primary),
            _ => (null, null),
        };
        if (name is not null && parameters!.Parameters.IndexOf(parameter => parameter.Identifier.Text is "code" or "Code") is >= 0 and var place)
        {
            var key = (TypeAround(node), name);
            if (node is LocalFunctionStatementSyntax)
            {
                _local.Add(key);
            }

            (_places.TryGetValue(key, out var places) ? places : _places[key] = []).Add(place);
        }

        if (node is VariableDeclaratorSyntax { Initializer.Value: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } text } constant && node.Parent?.Parent is FieldDeclarationSyntax field && field.Modifiers.Any(SyntaxKind.ConstKeyword))
        {
            _constants[constant.Identifier.Text] = text.Token.ValueText;
        }
    }

    private void Take(SyntaxNode node)
    {
        switch (node)
        {
            case AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.Text: "Code" } } assignment:
                Take(assignment.Right);
                break;
            case InvocationExpressionSyntax call:
                TakeArgument(PlacesOf(call), call.ArgumentList);
                break;
            case BaseObjectCreationExpressionSyntax { ArgumentList: { } arguments } creation:
                TakeArgument(PlacesOf((creation as ObjectCreationExpressionSyntax)?.Type.ToString() ?? TargetOf(creation)), arguments);
                break;
            case PrimaryConstructorBaseTypeSyntax parent:
                TakeArgument(PlacesOf(parent.Type.ToString()), parent.ArgumentList);
                break;
            default:
                break;
        }
    }

    // A type's own method by its name, another type's by both, and one of an object by its name alone.
    private HashSet<int> PlacesOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        SimpleNameSyntax own => _places.GetValueOrDefault((TypeAround(call), own.Identifier.Text), []),
        MemberAccessExpressionSyntax of when Name(of.Expression) is { } type && _places.Keys.Any(place => place.Type == type) =>
            _places.GetValueOrDefault((type, of.Name.Identifier.Text), []),
        MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: [>= 'a' and <= 'z' or '_', ..] } } of =>
            _places.Where(place => place.Key.Method == of.Name.Identifier.Text && !_local.Contains(place.Key)).SelectMany(place => place.Value).ToHashSet(),
        _ => [],
    };

    private HashSet<int> PlacesOf(string? type) => type is null ? [] : _places.GetValueOrDefault((type, type), []);

    private void TakeArgument(HashSet<int> places, ArgumentListSyntax arguments)
    {
        if (places.Count == 0)
        {
            return;
        }

        foreach (var (argument, index) in arguments.Arguments.Select((argument, index) => (argument, index)))
        {
            if (argument.NameColon is { } named ? named.Name.Identifier.Text is "code" or "Code" : places.Contains(index))
            {
                Take(argument.Expression);
            }
        }
    }

    private void Take(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } text when IsCode(text.Token.ValueText):
                _codes.Add(text.Token.ValueText);
                break;
            case ConditionalExpressionSyntax either:
                Take(either.WhenTrue);
                Take(either.WhenFalse);
                break;
            case SwitchExpressionSyntax choice:
                foreach (var arm in choice.Arms)
                {
                    Take(arm.Expression);
                }

                break;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } coalesce:
                Take(coalesce.Right);
                break;
            default:
                if (Name(expression) is { } constant && _constants.TryGetValue(constant, out var value) && IsCode(value))
                {
                    _codes.Add(value);
                }

                break;
        }
    }

    private static string TypeAround(SyntaxNode node) => node.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().FirstOrDefault()?.Identifier.Text ?? string.Empty;

    private static bool IsCode(string text) => text.Length > 0 && text.All(letter => letter is (>= 'a' and <= 'z') or '_');

    private static string? Name(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax plain => plain.Identifier.Text,
        GenericNameSyntax generic => generic.Identifier.Text,
        MemberAccessExpressionSyntax member => member.Name.Identifier.Text,
        _ => null,
    };

    // new(...): the type of what it is given to, where that is said nearby.
    private static string? TargetOf(SyntaxNode creation) => creation.Ancestors().Select(node => node switch
    {
        MethodDeclarationSyntax method => method.ReturnType.ToString(),
        VariableDeclarationSyntax variable => variable.Type.ToString(),
        _ => null,
    }).FirstOrDefault(type => type is not null)?.TrimEnd('?');
}
