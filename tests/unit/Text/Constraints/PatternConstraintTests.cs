using System.Text;
using System.Text.RegularExpressions;
using LoraMesh.Text;

namespace LoraMesh.UnitTests.Text.Constraints;

public sealed class PatternConstraintTests
{
    [Theory]
    [InlineData("[a-z]+@[a-z]+\\.(com|org)")]
    [InlineData("^(yes|no|maybe)$")]
    [InlineData("\\d{4}-\\d{2}-\\d{2}(T\\d\\d:\\d\\d)?")]
    [InlineData("[äöüß€😀]{2,6}")]
    [InlineData("[^a-z\\s]{3}")]
    [InlineData("\\W\\D\\S.")]
    [InlineData("x leading space")]
    [InlineData("[\\[\\]&]+x?")]
    [InlineData("(?:a|b)*?c{2,}")]
    public void Text_OfRandomTokens_MatchesAsAWhole(string pattern)
    {
        var constraint = TextConstraint.Build(new PatternPart(pattern, "guided_regex"));
        var judge = new Regex($"^(?:{pattern})\\z", RegexOptions.CultureInvariant);
        var ended = 0;
        foreach (var tokenizer in ConstraintWalk.Tokenizers)
        {
            for (var seed = 0; seed < 12; seed++)
            {
                if (ConstraintWalk.Write(tokenizer, constraint, seed, maxTokens: 400) is { } text)
                {
                    ended++;
                    Assert.DoesNotContain('\uFFFD', text);
                    // One code point outside of the basic plane is two characters to .NET.
                    Assert.True(judge.IsMatch(text) || text.EnumerateRunes().Any(rune => !rune.IsBmp), $"{tokenizer} {seed}: {text}");
                }
            }
        }

        Assert.InRange(ended, 5, 60);
    }

    [Fact]
    public void Choice_OfSeveralTexts_IsOneOfThem()
    {
        string[] texts = ["positive", "pos", "negative 😀", " odd"];
        var constraint = TextConstraint.Build(new ChoicePart([.. texts.Select(text => new LiteralPart(text))]));

        var written = ConstraintWalk.Tokenizers.SelectMany(tokenizer => Enumerable.Range(0, 20).Select(seed => ConstraintWalk.Write(tokenizer, constraint, seed))).ToList();

        Assert.All(written, text => Assert.Contains(text, texts));
        Assert.Equal(texts.Order(), written.Distinct().Order());
    }

    [Fact]
    public void Set_OfAnyCharacter_TakesEveryScalarInUtf8AndNothingElse()
    {
        var constraint = TextConstraint.Build(new PatternPart("[\\s\\S]", "guided_regex"));
        var some = TextConstraint.Build(new PatternPart("[\\u0100-\\u{1F600}]", "guided_regex"));

        for (var code = 0; code <= 0x10FFFF; code += code is > 0x700 and < 0x900 or > 0xD700 and < 0xE100 or > 0xFF00 and < 0x10100 ? 1 : 61)
        {
            if (Rune.TryCreate(code, out var rune))
            {
                Assert.True(ConstraintWalk.Accepts(constraint, rune.ToString()), $"U+{code:X}");
                Assert.Equal(code is >= 0x100 and <= 0x1F600, ConstraintWalk.Accepts(some, rune.ToString()));
            }
        }

        Assert.False(ConstraintWalk.Accepts(constraint, "ab"));
        Assert.False(ConstraintWalk.Accepts(constraint, ""));
    }

    [Theory]
    [InlineData("(a*)*b", "aaab", true)]
    [InlineData("(a|aa)+", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true)]
    [InlineData("(a?){30}a{30}", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true)]
    [InlineData("(x+x+)+y", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", false)]
    public void Pattern_ThatMakesBacktrackersSlow_IsReadInOnePass(string pattern, string text, bool isAccepted) =>
        Assert.Equal(isAccepted, ConstraintWalk.Accepts(TextConstraint.Build(new PatternPart(pattern, "guided_regex")), text));

    [Theory]
    [InlineData("(.{0,1000}){0,30}x")]
    [InlineData("(?:a{0,900}b{0,900}){0,20}")]
    public void Pattern_WithTooManyReadings_IsRefusedOrEndsWithinItsBounds(string pattern)
    {
        var error = Record.Exception(() =>
        {
            var constraint = TextConstraint.Build(new PatternPart(pattern, "guided_regex"));
            ConstraintWalk.Write("bbpe-llama3", constraint, seed: 1, maxTokens: 50);
        });

        Assert.True(error is null or ConstraintException, error?.ToString());
    }

    [Theory]
    [InlineData("a\\b")]
    [InlineData("(?=a)a")]
    [InlineData("a++")]
    [InlineData("(?i)a")]
    [InlineData("(?<name>a)")]
    [InlineData("a{5,2}")]
    [InlineData("[z-a]")]
    public void Pattern_ThatIsNotSupported_IsRefusedWithItsPlace(string pattern) =>
        Assert.Equal("guided_regex", Assert.Throws<ConstraintException>(() => TextConstraint.Build(new PatternPart(pattern, "guided_regex"))).Place);

    [Fact]
    public void Repeat_OfAPart_HasItsSeparatorAndItsBound()
    {
        var constraint = TextConstraint.Build(new RepeatPart(new ChoicePart([new LiteralPart("a"), new LiteralPart("b")]), new LiteralPart(", "), 3));

        Assert.True(ConstraintWalk.Accepts(constraint, "a"));
        Assert.True(ConstraintWalk.Accepts(constraint, "b, a, b"));
        Assert.False(ConstraintWalk.Accepts(constraint, "a, a, a, a"));
        Assert.False(ConstraintWalk.Accepts(constraint, "a,b"));
        Assert.False(ConstraintWalk.Accepts(constraint, ""));
    }
}
