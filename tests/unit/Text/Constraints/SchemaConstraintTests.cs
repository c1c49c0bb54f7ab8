using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using LoraMesh.Text;

namespace LoraMesh.UnitTests.Text.Constraints;

public sealed class SchemaConstraintTests
{
    private static readonly EvaluationOptions Strict = new() { RequireFormatValidation = true };

    public static TheoryData<string> Schemas => new(
        """{"type": "object", "properties": {"name": {"type": "string", "maxLength": 12}, "age": {"type": "integer", "minimum": 0, "maximum": 150}}, "required": ["name", "age"], "additionalProperties": false}""",
        """{"type": "object", "properties": {"a": {"type": "boolean"}, "b": {"type": "null"}, "c": {"enum": ["x", "é\"\\", 3, null, {"k": [1]}]}}, "required": ["b"]}""",
        """{"type": "array", "items": {"type": "number", "minimum": -3, "exclusiveMaximum": 12}, "minItems": 2, "maxItems": 4}""",
        """{"type": "array", "prefixItems": [{"const": "first"}, {"type": "integer"}], "items": {"type": "boolean"}, "minItems": 1, "maxItems": 5}""",
        """{"anyOf": [{"type": "string", "pattern": "^[a-z]{2,4}-\\d+$"}, {"type": "integer", "exclusiveMinimum": -20, "maximum": 7}]}""",
        """{"oneOf": [{"type": "object", "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}}, "required": ["kind", "lives"]}, {"type": "object", "properties": {"kind": {"const": "dog"}}, "required": ["kind"]}]}""",
        """{"$defs": {"node": {"type": "object", "properties": {"value": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}}, "required": ["value", "next"], "additionalProperties": false}}, "$ref": "#/$defs/node"}""",
        """{"type": "object", "properties": {"id": {"type": "string"}, "ids": {"type": "integer"}}, "required": ["id"], "additionalProperties": {"type": "boolean"}}""",
        """{"type": "object", "additionalProperties": {"type": "integer", "minimum": 10, "maximum": 99}}""",
        """{"type": "array", "items": {"type": "string", "format": "date"}, "minItems": 1, "maxItems": 2}""",
        """{"type": ["string", "null"], "minLength": 3, "maxLength": 5}""",
        """{"type": "object", "properties": {"when": {"type": "string", "format": "date-time"}, "who": {"type": "string", "format": "time"}, "what": {"type": "string", "format": "uuid"}, "where": {"type": "string", "format": "ipv4"}}, "required": ["when", "who", "what", "where"]}""",
        """{"type": "string", "pattern": "^\"[A-C\"\t\u00e4\\d]{0,3}\\\\$"}""",
        """{"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}""",
        """{"allOf": [{"$ref": "#/definitions/x"}], "definitions": {"x": {"type": "array", "items": {"type": "array", "items": {"type": "integer", "maximum": 9}, "maxItems": 3}, "maxItems": 3}}}""",
        """{"required": ["x"], "properties": {"y": {"type": "integer"}}}""",
        """{"description": "anything"}""");

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Text_OfRandomTokens_IsValidUnderItsSchema(string schema)
    {
        var constraint = TextConstraint.Build(ConstraintWalk.Schema(schema));
        var judge = JsonSchema.FromText(schema);
        var ended = 0;
        foreach (var tokenizer in ConstraintWalk.Tokenizers)
        {
            for (var seed = 0; seed < 12; seed++)
            {
                if (ConstraintWalk.Write(tokenizer, constraint, seed) is { } text)
                {
                    ended++;
                    Assert.True(judge.Evaluate(JsonNode.Parse(text), Strict).IsValid, $"{tokenizer} {seed}: {text}");
                }
            }
        }

        Assert.InRange(ended, 30, 60);
    }

    [Fact]
    public void Text_OfAnyObject_IsAnObject()
    {
        var constraint = TextConstraint.Build(new ObjectPart());

        var texts = ConstraintWalk.Tokenizers.SelectMany(tokenizer => Enumerable.Range(0, 20).Select(seed => ConstraintWalk.Write(tokenizer, constraint, seed))).OfType<string>().ToList();

        Assert.InRange(texts.Count, 50, 100);
        Assert.All(texts, text => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(text).RootElement.ValueKind));
    }

    [Theory]
    [InlineData(-12, 345)]
    [InlineData(0, 0)]
    [InlineData(7, 1020)]
    [InlineData(-999, -98)]
    [InlineData(199, 201)]
    [InlineData(-1, 0)]
    public void Integer_WithBounds_IsEveryIntegerBetweenThemAndNoOther(int least, int most)
    {
        var constraint = TextConstraint.Build(ConstraintWalk.Schema($$"""{"type": "integer", "minimum": {{least}}, "maximum": {{most}}}"""));

        for (var number = -1100; number <= 1100; number++)
        {
            Assert.Equal(number >= least && number <= most, ConstraintWalk.Accepts(constraint, number.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        Assert.False(ConstraintWalk.Accepts(constraint, "01"));
    }

    [Theory]
    [InlineData("\"a.b@mail.example.org\"", true)]
    [InlineData("\"a.b@localhost\"", false)]
    [InlineData("\"@example.org\"", false)]
    public void Email_IsOne(string text, bool isAccepted) =>
        Assert.Equal(isAccepted, ConstraintWalk.Accepts(TextConstraint.Build(ConstraintWalk.Schema("""{"type": "string", "format": "email"}""")), text));

    [Theory]
    [InlineData("0.0", true)]
    [InlineData("-2.999", true)]
    [InlineData("-3", true)]
    [InlineData("-3.01", false)]
    [InlineData("11.99", true)]
    [InlineData("12", false)]
    [InlineData("12.0", false)]
    [InlineData("-0.5", true)]
    [InlineData("1e1", false)]
    public void Number_WithBounds_IsBetweenThem(string text, bool isWithin) =>
        Assert.Equal(isWithin, ConstraintWalk.Accepts(TextConstraint.Build(ConstraintWalk.Schema("""{"type": "number", "minimum": -3, "exclusiveMaximum": 12}""")), text));

    [Theory]
    [InlineData("""{"id": "x"}""", true)]
    [InlineData("""{"id":"x","i":true}""", true)]
    [InlineData("""{"id":"x","idea":true}""", true)]
    [InlineData("""{"id":"x","ids":true}""", false)]
    [InlineData("""{"id":"x","ids":4,"é":false}""", true)]
    [InlineData("""{"id":"x","id":true}""", false)]
    [InlineData("""{"id":"x","\u0069d":true}""", false)]
    [InlineData("""{"i":true}""", false)]
    public void Members_BeyondTheDeclared_NeverBearADeclaredName(string text, bool isAccepted) => Assert.Equal(isAccepted, ConstraintWalk.Accepts(
        TextConstraint.Build(ConstraintWalk.Schema("""{"type": "object", "properties": {"id": {"type": "string"}, "ids": {"type": "integer"}}, "required": ["id"], "additionalProperties": {"type": "boolean"}}""")), text));

    [Theory]
    [InlineData("""{"type": "object", "properties": {"a": {"not": {}}}}""", "schema.properties.a.not")]
    [InlineData("""{"type": "array", "items": {"type": "array", "uniqueItems": true}}""", "schema.items.uniqueItems")]
    [InlineData("""{"type": "tuple"}""", "schema.type")]
    [InlineData("""{"$ref": "http://elsewhere/schema.json"}""", "schema.$ref")]
    [InlineData("""{"$ref": "#/$defs/none"}""", "schema.$ref")]
    [InlineData("""{"$ref": "#/$defs/a", "$defs": {"a": {"type": "number", "minimum": 0.5}}}""", "schema.$defs.a.minimum")]
    [InlineData("""{"$ref": "#/$defs/a", "type": "string", "$defs": {"a": {}}}""", "schema.type")]
    [InlineData("""{"allOf": [{"type": "string"}, {"minLength": 3}]}""", "schema.allOf")]
    [InlineData("""{"oneOf": [{"type": "integer"}, {"type": "number"}]}""", "schema.oneOf")]
    [InlineData("""{"oneOf": [{"properties": {"a": {}}}, {"type": "string"}]}""", "schema.oneOf")]
    [InlineData("""{"type": "string", "pattern": "a(?=b)"}""", "schema.pattern")]
    [InlineData("""{"type": "string", "pattern": "a("}""", "schema.pattern")]
    [InlineData("""{"type": "string", "pattern": "a$b"}""", "schema.pattern")]
    [InlineData("""{"type": "string", "format": "iri"}""", "schema.format")]
    [InlineData("""{"type": "string", "pattern": "a", "minLength": 3}""", "schema")]
    [InlineData("""{"type": "integer", "multipleOf": 5}""", "schema.multipleOf")]
    [InlineData("""{"type": "string", "minLength": -1}""", "schema.minLength")]
    [InlineData("""{"properties": []}""", "schema.properties")]
    [InlineData("""{"anyOf": []}""", "schema.anyOf")]
    [InlineData("[]", "schema")]
    public void Schema_ThatCannotBeKeptTo_IsRefusedWithItsPlace(string schema, string place) =>
        Assert.Equal(place, Assert.Throws<ConstraintException>(() => TextConstraint.Build(ConstraintWalk.Schema(schema))).Place);

    [Theory]
    [InlineData("false")]
    [InlineData("""{"enum": []}""")]
    [InlineData("""{"type": "integer", "minimum": 3, "maximum": 2}""")]
    [InlineData("""{"type": "array", "minItems": 3, "maxItems": 2}""")]
    [InlineData("""{"type": "object", "required": ["a"], "additionalProperties": false}""")]
    [InlineData("""{"$ref": "#"}""")]
    [InlineData("""{"anyOf": [{"$ref": "#"}]}""")]
    [InlineData("""{"type": "object", "properties": {"more": {"$ref": "#"}}, "required": ["more"]}""")]
    [InlineData("""{"anyOf": [{"$ref": "#"}, {"type": "null"}]}""")]
    public void Schema_ThatNothingFulfilsOrThatCallsItself_IsRefused(string schema) =>
        Assert.Throws<ConstraintException>(() => TextConstraint.Build(ConstraintWalk.Schema(schema)));

    [Theory]
    [InlineData("""{"type": "string", "maxLength": 1000000000}""")]
    [InlineData("""{"type": "array", "items": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}, "maxItems": 90000}, "maxItems": 90000}, "maxItems": 90000}""")]
    [InlineData("""{"type": "string", "pattern": "((a{0,1000}){0,1000}){0,1000}"}""")]
    public void Schema_ThatIsTooLarge_IsRefused(string schema) =>
        Assert.Contains("most that is built", Assert.Throws<ConstraintException>(() => TextConstraint.Build(ConstraintWalk.Schema(schema))).Message, StringComparison.Ordinal);

    [Fact]
    public void Schema_OfManyReferencesInAChain_IsBuiltOrRefusedWithoutACallStack()
    {
        var links = string.Join(',', Enumerable.Range(0, 1_900).Select(index => $$"""
            "d{{index}}": {"$ref": "#/$defs/d{{index + 1}}"}
            """));
        var error = Record.Exception(() => TextConstraint.Build(ConstraintWalk.Schema($$"""{"$ref": "#/$defs/d0", "$defs": { {{links}}, "d1900": {"type": "null"} } }""")));

        Assert.IsType<ConstraintException>(error);
        Assert.Contains("nested too deeply", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_ThatDoublesAtEachLevel_StaysSmall()
    {
        var schema = """{"type": "integer"}""";
        for (var level = 0; level < 20; level++)
        {
            schema = $$"""{"type": "object", "properties": {"a": {{schema}} } }""";
        }

        Assert.True(ConstraintWalk.Accepts(TextConstraint.Build(ConstraintWalk.Schema(schema)), """{"a": {"a": {} } }""".Replace(" ", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void RecursiveText_ThatNestsAsDeepAsItMay_CanStillEnd()
    {
        var constraint = TextConstraint.Build(ConstraintWalk.Schema("""{"type": "array", "items": {"$ref": "#"}}"""));
        var depth = 0;
        while (depth < 1_000 && ConstraintWalk.Accepts(constraint, new string('[', depth + 1) + new string(']', depth + 1)))
        {
            depth++;
        }

        Assert.InRange(depth, 50, 300);
    }
}
