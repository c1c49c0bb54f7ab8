using LoraMesh.Text.Constraints;

namespace LoraMesh.Text;

/// <summary>
/// What a generated text must look like, as an automaton over its bytes. Built once, shared by any number of answers.
/// <para>
/// Regular expressions match the whole text. Known: characters, sets, classes, groups, alternatives, repetition up to
/// 1,000 times, <c>^</c> and <c>$</c> at the ends. <c>\d</c>, <c>\w</c> and <c>\s</c> are ASCII.
/// </para>
/// <para>
/// Of JSON Schema (2020-12): type, enum, const; properties, required, additionalProperties; items, prefixItems,
/// minItems, maxItems; one of minLength/maxLength, pattern and format (date, time, date-time, duration, uuid,
/// hostname, email, ipv4); minimum, maximum and their exclusive forms (whole ones, except for integers); anyOf, oneOf whose alternatives
/// exclude each other, allOf of one; $ref within the schema, recursive ones too. Members come in the order of the schema.
/// Everything else that would restrict a value is refused. Integers have up to 15 digits.
/// </para>
/// </summary>
public sealed class TextConstraint
{
    private const int MaxParts = 1_000;

    private TextConstraint(Grammar grammar) => Grammar = grammar;

    internal Grammar Grammar { get; }

    /// <summary>Builds a constraint.</summary>
    /// <exception cref="ConstraintException">It is malformed, not supported or too large, or no text fulfils it.</exception>
    public static TextConstraint Build(ConstraintPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        var grammar = new GrammarBuilder();
        var root = grammar.Rule();
        var builder = new PartBuilder(grammar);
        grammar.Empty(builder.Add(grammar.StartOf(root), part), grammar.EndOf(root));
        return new TextConstraint(grammar.Build(root));
    }

    private sealed class PartBuilder(GrammarBuilder grammar)
    {
        private readonly JsonRules _json = new(grammar);
        private int _parts;

        public int Add(int from, ConstraintPart part)
        {
            if (++_parts > MaxParts)
            {
                throw new ConstraintException(grammar.Place, $"more than {MaxParts} parts are asked for.");
            }

            return part switch
            {
                LiteralPart literal => grammar.Literal(from, literal.Value),
                PatternPart pattern => new PatternGrammar(grammar, inJson: false).Whole(from, pattern.Pattern, pattern.Place),
                SchemaPart schema => Schema(from, schema),
                ObjectPart => _json.Object(from),
                ChoicePart choice => grammar.Choice(from, choice.Options.Select<ConstraintPart, Func<int, int>>(option => start => Add(start, option))),
                SequencePart sequence => sequence.Items.Aggregate(from, Add),
                RepeatPart repeat => Repeat(from, repeat),
                _ => throw new ArgumentException($"{part.GetType().Name} is no part of a constraint.", nameof(part)),
            };
        }

        private int Schema(int from, SchemaPart part)
        {
            try
            {
                return SchemaGrammar.Add(grammar, _json, from, part.Schema, part.Place);
            }
            catch (InvalidOperationException e)
            {
                // What System.Text.Json says of strings that are no UTF-16, member names among them.
                throw new ConstraintException(part.Place, "a string in the schema holds half of a surrogate pair. " + e.Message);
            }
        }

        private int Repeat(int from, RepeatPart part)
        {
            var rule = grammar.Rule();
            grammar.Empty(Add(grammar.StartOf(rule), part.Body), grammar.EndOf(rule));
            return grammar.Repeat(grammar.Call(from, rule), 0, part.Most - 1, start => grammar.Call(Add(start, part.Separator), rule));
        }
    }
}
