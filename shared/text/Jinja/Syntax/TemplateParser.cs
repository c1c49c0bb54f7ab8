using LoraMesh.Text.Jinja.Nodes;

namespace LoraMesh.Text.Jinja.Syntax;

// Reads a whole template: text, expressions and the blocks that chat templates use.
internal sealed class TemplateParser
{
    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;
    private readonly TargetParser _targets;
    private int _loops;
    private int _depth;
    private bool _hasGenerationBlocks;

    private TemplateParser(TokenStream tokens)
    {
        _tokens = tokens;
        _expressions = new ExpressionParser(tokens);
        _targets = new TargetParser(tokens);
    }

    public static IReadOnlyList<Statement> Parse(string template, out bool hasGenerationBlocks)
    {
        var parser = new TemplateParser(new TokenStream(Lexer.Tokenize(template)));
        var statements = parser.ParseBody("the end of the template");
        parser._expressions.Unknown.Check();
        hasGenerationBlocks = parser._hasGenerationBlocks;
        return statements;
    }

    /// <summary>Statements up to one of the given block names, which is left as the current token.</summary>
    private List<Statement> ParseBody(string what, params string[] endNames)
    {
        const int maxDepth = 200;
        if (++_depth > maxDepth)
        {
            throw new ChatTemplateException(_tokens.Line, $"blocks may be nested {maxDepth} deep");
        }

        var line = _tokens.Line;
        var body = new List<Statement>();
        while (true)
        {
            var token = _tokens.Next();
            switch (token.Kind)
            {
                case TokenKind.Text:
                    body.Add(new TextNode(token.Line, token.Text));
                    break;
                case TokenKind.PrintBegin:
                    body.Add(new PrintNode(token.Line, _expressions.ParseTuple()));
                    _tokens.Expect(TokenKind.PrintEnd);
                    break;
                case TokenKind.End when endNames.Length == 0:
                    return body;
                case TokenKind.End:
                    throw new ChatTemplateException(line, $"{what} is never closed: '{{% {endNames[^1]} %}}' is missing");
                default:
                    if (_tokens.Current.Kind == TokenKind.Name && endNames.Contains(_tokens.Current.Text))
                    {
                        _depth--;
                        return body;
                    }

                    body.Add(ParseBlock());
                    break;
            }
        }
    }

    private List<Statement> ParseClosedBody(string what, string endName)
    {
        _tokens.Expect(TokenKind.BlockEnd);
        var body = ParseBody(what, endName);
        _tokens.Next();
        _tokens.Expect(TokenKind.BlockEnd);
        return body;
    }

    private Statement ParseBlock()
    {
        var name = _tokens.Expect(TokenKind.Name);
        switch (name.Text)
        {
            case "if":
                return ParseIf(name.Line);
            case "for":
                return ParseFor(name.Line);
            case "set":
                return ParseSet(name.Line);
            case "macro":
                return ParseMacro(name.Line);
            case "call":
                return ParseCall(name.Line);
            case "filter":
                return ParseFilter(name.Line);
            case "with":
                return ParseWith(name.Line);
            case "generation":
                _hasGenerationBlocks = true;
                return new GenerationNode(name.Line, OutsideOfLoops(() => ParseClosedBody("a generation block", "endgeneration")));
            case "print":
                return ParsePrint(name.Line);
            case "break" or "continue" when _loops > 0:
                _tokens.Expect(TokenKind.BlockEnd);
                return new LeaveNode(name.Line, name.Text == "break" ? Flow.Break : Flow.Continue);
            case "break" or "continue":
                throw new ChatTemplateException(name.Line, $"'{name.Text}' stands outside of a loop");
            default:
                throw new ChatTemplateException(
                    name.Line,
                    $"the block '{name.Text}' is not known or not expected here. Known: if, for, set, macro, call, filter, with, generation, print, break, continue, raw.");
        }
    }

    private IfNode ParseIf(int line) => WithinIf(true, () => ParseBranches(line));

    private IfNode ParseBranches(int line)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        while (true)
        {
            var test = _expressions.ParseTuple(withCondition: false);
            _tokens.Expect(TokenKind.BlockEnd);
            branches.Add((test, ParseBody("an if block", "elif", "else", "endif")));
            var next = _tokens.Next().Text;
            if (next == "elif")
            {
                continue;
            }

            return new IfNode(line, branches, ParseElse(next, "endif"));
        }
    }

    private ForNode ParseFor(int line)
    {
        var target = _targets.Parse(allowNamespace: false, endName: "in");
        _tokens.Expect(TokenKind.Name, "in");
        var items = _expressions.ParseTuple(withCondition: false, endName: "recursive");
        var filter = _tokens.TryTakeName("if") ? _expressions.Parse() : null;
        var isRecursive = _tokens.TryTakeName("recursive");
        _tokens.Expect(TokenKind.BlockEnd);
        _loops++;
        var body = WithinIf(false, () => ParseBody("a for block", "else", "endfor"));
        _loops--;
        var otherwise = WithinIf(false, () => ParseElse(_tokens.Next().Text, "endfor"));
        return new ForNode(line, target, items, filter, isRecursive, body, otherwise);
    }

    private List<Statement> ParseElse(string name, string endName)
    {
        if (name == "else")
        {
            return ParseClosedBody("an else block", endName);
        }

        _tokens.Expect(TokenKind.BlockEnd);
        return [];
    }

    private SetNode ParseSet(int line)
    {
        var target = _targets.Parse(allowNamespace: true, endName: null);
        if (_tokens.TryTakeOperator("="))
        {
            var value = _expressions.ParseTuple();
            _tokens.Expect(TokenKind.BlockEnd);
            return new SetNode(line, target, value);
        }

        var holder = new List<Statement>();
        var filtered = _expressions.ParseFilters(new CapturedNode(line, holder));
        holder.AddRange(WithinIf(false, () => ParseClosedBody("a set block", "endset")));
        return new SetNode(line, target, filtered);
    }

    private PrintNode ParseFilter(int line)
    {
        var holder = new List<Statement>();
        var filtered = _expressions.ParseFilterBody(new CapturedNode(line, holder));
        holder.AddRange(WithinIf(false, () => ParseClosedBody("a filter block", "endfilter")));
        return new PrintNode(line, filtered);
    }

    private WithNode ParseWith(int line)
    {
        var variables = new List<(AssignmentTarget, Expression)>();
        while (_tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (variables.Count > 0)
            {
                _tokens.Expect(TokenKind.Operator, ",");
            }

            var target = _targets.Parse(allowNamespace: false, endName: null, isSingle: true);
            _tokens.Expect(TokenKind.Operator, "=");
            variables.Add((target, _expressions.Parse()));
        }

        return new WithNode(line, variables, WithinIf(false, () => ParseClosedBody("a with block", "endwith")));
    }

    private MacroNode ParseMacro(int line)
    {
        var name = _tokens.Expect(TokenKind.Name).Text;
        return new MacroNode(line, ParseDefinition(name, ParameterParser.Parse(_expressions, _tokens), "endmacro"));
    }

    private CallBlockNode ParseCall(int line)
    {
        var parameters = _tokens.IsOperator("(") ? ParameterParser.Parse(_expressions, _tokens) : [];
        var call = _expressions.Parse() as CallNode ?? throw new ChatTemplateException(line, "a call block wants a call");
        return new CallBlockNode(line, call, ParseDefinition("caller", parameters, "endcall"));
    }

    private MacroDefinition ParseDefinition(string name, IReadOnlyList<MacroParameter> parameters, string endName)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        _expressions.NameSets.Push(names);
        var body = OutsideOfLoops(() => ParseClosedBody($"the macro '{name}'", endName));
        _expressions.NameSets.Pop();
        return new MacroDefinition(name, parameters, body, names);
    }

    // What is captured as a function of its own cannot break out of the loop around it.
    private List<Statement> OutsideOfLoops(Func<List<Statement>> parse)
    {
        var loops = _loops;
        _loops = 0;
        var body = WithinIf(false, parse);
        _loops = loops;
        return body;
    }

    private T WithinIf<T>(bool isWithinIf, Func<T> parse)
    {
        var before = _expressions.Unknown.IsWithinIf;
        _expressions.Unknown.IsWithinIf = isWithinIf;
        var parsed = parse();
        _expressions.Unknown.IsWithinIf = before;
        return parsed;
    }

    private PrintNode ParsePrint(int line)
    {
        var values = new List<Expression> { _expressions.Parse() };
        while (_tokens.TryTakeOperator(","))
        {
            values.Add(_expressions.Parse());
        }

        _tokens.Expect(TokenKind.BlockEnd);
        return new PrintNode(line, new ConcatenationNode(line, values));
    }
}
