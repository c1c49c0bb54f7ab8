using LoraMesh.Metrics;
using LoraMesh.Metrics.Answers;
using LoraMesh.Metrics.Choices;
using LoraMesh.Metrics.Errors;
using LoraMesh.Metrics.Filters;

namespace LoraMesh.UnitTests.Metrics;

/// <summary>Figures worked out by hand, and what has none.</summary>
public sealed class HandCheckedMetricTests
{
    // 3 of class 1, of which 2 found; 1 of class 0 taken for 1: precision 2/3, recall 2/3.
    private static readonly ChoiceItem[] Binary = [Choice(1, 1), Choice(1, 1), Choice(1, 0), Choice(0, 1), Choice(0, 0)];

    [Fact]
    public void F1_OfTwoChoices_IsThatOfTheSecond() => Assert.Equal(2.0 / 3, ChoiceMetrics.Compute("f1", Binary, resamples: 0).Value, 1e-15);

    // Matthews: (TP·TN - FP·FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN)) = (2·1 - 1·1) / √(3·3·2·2).
    [Fact]
    public void Mcc_OfTwoChoices_IsMatthewsOwnFormula() => Assert.Equal(1.0 / 6, ChoiceMetrics.Compute("mcc", Binary, resamples: 0).Value, 1e-15);

    [Fact]
    public void Mcc_OfOneClass_IsZero() => Assert.Equal(0, ChoiceMetrics.Compute("mcc", [Choice(1, 1), Choice(1, 0)], resamples: 0).Value);

    // random.Random(0).random() and random.Random(1).random() of CPython.
    [Theory]
    [InlineData(0u, 0.8444218515250481, 0.7579544029403025)]
    [InlineData(1u, 0.13436424411240122, 0.8474337369372327)]
    public void PythonRandom_Seeded_DrawsWhatPythonDraws(uint seed, double first, double second)
    {
        var random = new PythonRandom(seed);

        Assert.Equal([first, second], [random.Next(), random.Next()]);
    }

    [Theory]
    [InlineData("""{"team": "a", "tags": ["x", "y"]}""", 1, 1)]
    [InlineData("""{"tags": ["x", "z"], "team": "a", "more": 1}""", 0, 2.0 / 3)]
    [InlineData("""{"team": null, "tags": []}""", 0, 0)]
    [InlineData("""{"team": "a" """, 0, 0)]
    [InlineData("""{"team": "a", "team": "b", "tags": []}""", 0, 0)]
    public void Json_AgainstAnObject_CountsItsFields(string answer, double match, double fields)
    {
        AnswerItem[] items = [new(answer, ["""{"team": "a", "tags": ["x", "y"]}"""])];

        Assert.Equal(match, Compute("json_match", items));
        Assert.Equal(fields, Compute("json_fields", items), 1e-15);
    }

    [Theory]
    [InlineData("1,250.0", "1250", 1)]
    [InlineData("$1250.", "1250", 1)]
    [InlineData("1251", "1250", 0)]
    [InlineData("none", "1250", 0)]
    public void NumericMatch_LooksPastSpelling(string answer, string reference, double expected) =>
        Assert.Equal(expected, Compute("numeric_match", [new AnswerItem(answer, [reference])]));

    // Classes a (2 rows, both found, 1 predicted beside), b (1 row, missed), c (predicted once, never right... of b).
    [Fact]
    public void Classes_OfFourRows_HaveTheirF1()
    {
        AnswerItem[] items = [new("a", ["a"]), new(" a ", ["a"]), new("a", ["b"]), new("c", ["b"])];

        Assert.Equal(0.5, Compute("class_accuracy", items));
        Assert.Equal((0.8 + 0 + 0) / 3, Compute("class_f1_macro", items), 1e-15);
        Assert.Equal(0.8 * 2 / 4, Compute("class_f1_weighted", items), 1e-15);
        Assert.Equal(1, ConfusionMatrix.Of(items)["b", "c"]);
    }

    [Fact]
    public void Figures_ThatRowsCannotGive_AreRefusedByName()
    {
        Assert.Contains("row 1", Assert.Throws<MetricException>(() => ChoiceMetrics.Compute("acc_mutual_info", Binary, resamples: 0)).Message, StringComparison.Ordinal);
        Assert.Contains("rougeL", Assert.Throws<MetricException>(() => Compute("rouge9", [new AnswerItem("a", ["a"])])).Message, StringComparison.Ordinal);
        Assert.Contains("(", Assert.Throws<MetricException>(() => Compute("regex_match", [new AnswerItem("a", ["("])])).Message, StringComparison.Ordinal);
        Assert.Contains("is to be JSON", Assert.Throws<MetricException>(() => Compute("json_fields", [new AnswerItem("{}", ["{"])])).Message, StringComparison.Ordinal);
    }

    // Python's findall gives the one group, a tuple of several, or the whole match; the harness takes from that.
    [Theory]
    [InlineData(@"#### (\-?[0-9\.\,]+)", 0, "So #### 42 and #### 7", "42")]
    [InlineData(@"#### (\-?[0-9\.\,]+)", -1, "So #### 42 and #### 7", "7")]
    [InlineData(@"(-?[$0-9.,]{2,})|(-?[0-9]+)", -1, "12 or 7", "7")]
    [InlineData("[A-D]", 1, "A, then B", "B")]
    [InlineData("[A-D]", 2, "A, then B", "[invalid]")]
    public void RegexFilter_Match_IsTakenAsTheHarnessTakesIt(string pattern, int select, string answer, string expected) =>
        Assert.Equal(expected, new RegexFilter(pattern, select).Apply(answer));

    private static double Compute(string name, AnswerItem[] items) => AnswerMetrics.Compute(name, items, new MatchRules(), resamples: 0).Value;

    private static ChoiceItem Choice(int gold, int predicted) => new(predicted == 0 ? [-1.0, -2.0] : [-2.0, -1.0], ["no", "yes"], [gold]);
}
