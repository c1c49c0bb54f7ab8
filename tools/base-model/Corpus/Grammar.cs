using System.Text;

namespace LoraMesh.BaseModel.Corpus;

/// <summary>
/// Rules and word banks with random expansion. In a template, <c>{name}</c> is a bound variable or else a rule,
/// <c>{v:name}</c> expands and remembers under <c>v</c>, <c>{v:=text}</c> remembers silently, <c>{a|b}</c> chooses,
/// and <c>{name.s}</c> inflects (see <see cref="Inflection.Apply"/>).
/// </summary>
public sealed class Grammar
{
    private const int DeepestExpansion = 40;
    private readonly IReadOnlyDictionary<string, string[]> _rules;

    /// <summary>Takes the rules as <see cref="GrammarFiles"/> reads them.</summary>
    public Grammar(IReadOnlyDictionary<string, string[]> rules) => _rules = rules;

    /// <summary>Every alternative of a rule, unexpanded; throws when there is no such rule.</summary>
    public IReadOnlyList<string> Alternatives(string rule) => _rules.TryGetValue(rule, out var found)
        ? found
        : throw new InvalidDataException($"Grammar: no rule or word bank named '{rule}'. Define it in Corpus/Words or Corpus/Grammar.");

    /// <summary>Expands one randomly chosen alternative of <paramref name="rule"/>.</summary>
    public string Expand(string rule, Draw draw, IDictionary<string, string>? variables = null) =>
        Fill(draw.Pick(Alternatives(rule)), draw, variables ?? new Dictionary<string, string>());

    /// <summary>Fills the placeholders of <paramref name="template"/>; new bindings are added to <paramref name="variables"/>.</summary>
    public string Fill(string template, Draw draw, IDictionary<string, string> variables) => Fill(template, draw, variables, 0);

    private string Fill(string template, Draw draw, IDictionary<string, string> variables, int depth)
    {
        if (depth > DeepestExpansion)
        {
            throw new InvalidDataException($"Grammar: expansion deeper than {DeepestExpansion} levels at '{template}'. A rule refers to itself without end.");
        }

        var result = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '{')
            {
                result.Append(template[i]);
                continue;
            }

            var close = ClosingBrace(template, i);
            result.Append(Placeholder(template[(i + 1)..close], draw, variables, depth + 1));
            i = close;
        }

        return result.ToString();
    }

    private string Placeholder(string body, Draw draw, IDictionary<string, string> variables, int depth)
    {
        var options = GrammarFiles.SplitTopLevel(body, '|');
        if (options.Count > 1)
        {
            return Fill(draw.Pick(options), draw, variables, depth);
        }

        var assignment = body.IndexOf(":=", StringComparison.Ordinal);
        if (assignment > 0)
        {
            variables[body[..assignment]] = Fill(body[(assignment + 2)..], draw, variables, depth);
            return "";
        }

        var parts = body.Split('.');
        var colon = parts[0].IndexOf(':', StringComparison.Ordinal);
        var name = parts[0][(colon + 1)..];
        var value = colon < 0 && variables.TryGetValue(name, out var bound)
            ? bound
            : Fill(draw.Pick(Alternatives(name)), draw, variables, depth);
        if (colon > 0)
        {
            variables[parts[0][..colon]] = value;
        }

        return parts.Skip(1).Aggregate(value, Inflection.Apply);
    }

    private static int ClosingBrace(string template, int open)
    {
        for (int i = open, nesting = 0; i < template.Length; i++)
        {
            nesting += template[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (nesting == 0)
            {
                return i;
            }
        }

        throw new InvalidDataException($"Grammar: '{template}' has a '{{' at column {open + 1} without its '}}'.");
    }
}
