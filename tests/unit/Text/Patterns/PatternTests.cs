using LoraMesh.Text;
using LoraMesh.Text.Patterns;

namespace LoraMesh.UnitTests.Text.Patterns;

public sealed class PatternTests
{
    [Theory]
    [InlineData("a+", "aabaa", "aa|aa")]
    [InlineData("a|ab", "ab", "a")]
    [InlineData("(?:ab)+c?", "ababcab", "ababc|ab")]
    [InlineData("a{2}", "aaaaa", "aa|aa")]
    [InlineData("a{1,2}b", "aaab", "aab")]
    [InlineData("a{,2}b", "aaab", "aab")]
    [InlineData("(?:ab){2,3}", "abababab", "ababab")]
    [InlineData("a+?b", "aab", "aab")]
    [InlineData("<.+?>", "<a><b>", "<a>|<b>")]
    [InlineData(@"\s+(?!\S)|\s+", "a   b  ", "  | |  ")]
    [InlineData(@"(?<=a)b", "abb", "b")]
    [InlineData(@"(?<!a|cd)b", "abcdbb", "b")]
    [InlineData(@"(?=b)", "abb", "|")]
    [InlineData("a++a", "aaa", "")]
    [InlineData("a*+b", "aab", "aab")]
    [InlineData("(?>a+)a|b", "aab", "b")]
    [InlineData("(a*)*b", "aaab", "aaab")]
    [InlineData("[a-c]+", "abcdabc", "abc|abc")]
    [InlineData("[^a-c]+", "abcdXabc", "dX")]
    [InlineData(@"[\w&&[^\d]]+", "ab12_c", "ab|_c")]
    [InlineData("[[:digit:]x]+", "1x2y3", "1x2|3")]
    [InlineData("[]a]+", "a]b", "a]")]
    [InlineData(@"\h+", "xFa9g", "Fa9")]
    [InlineData("^b", "a\nb", "b")]
    [InlineData("a$", "a\nb", "a")]
    [InlineData(@"\Ab|a\z", "aba", "a")]
    [InlineData(@"\bfoo\b", "foo food foo", "foo|foo")]
    [InlineData(".", "a\n", "a")]
    [InlineData("(?m:.)", "a\n", "a|\n")]
    [InlineData("a(?i)b|c", "aBaC", "aB|aC")]
    [InlineData("(?i:'s)", "'S '\u017f '\u212a", "'S|'\u017f")]
    [InlineData("(?i:[k-l])+", "k\u212aKm", "k\u212aK")]
    [InlineData(@"\p{L}+", "a𝐀𠀀1", "a𝐀𠀀")]
    [InlineData(@"\p{^L}", "a1", "1")]
    [InlineData(@"\P{Lu}+", "aBc", "a|c")]
    [InlineData(@"\p{Han}+", "漢字かな𠀀", "漢字|𠀀")]
    [InlineData("[😀-😂]", "😁x", "😁")]
    [InlineData(@"\x{1F600}\u0041\x41", "😀AA", "😀AA")]
    [InlineData(@"(?x) a b # both", "ab", "ab")]
    public void FindAll_PatternOfOniguruma_FindsItsMatches(string pattern, string text, string expected)
    {
        var matches = new List<(int Start, int End)>();

        Pattern.Compile(pattern).FindAll(text, matches);

        Assert.Equal(expected, string.Join('|', matches.Select(m => text[m.Start..m.End])));
    }

    [Theory]
    [InlineData("(a", "never closed")]
    [InlineData("a)", "closes nothing")]
    [InlineData("[a", "never closed")]
    [InlineData("*a", "Nothing stands before")]
    [InlineData(@"\p{Klingon}", "Klingon")]
    [InlineData(@"(a)\1", "\\1")]
    [InlineData("(?<name>a)", "is not supported")]
    [InlineData("(?<=a+)b", "one width")]
    [InlineData("[b-a]", "backwards")]
    [InlineData("a{2000}", "out of bounds")]
    [InlineData("(?:(?:a{0,900}b){900}){900}", "unfolds")]
    public void Compile_WhatIsNotSupported_IsRefusedWithItsPlace(string pattern, string reason)
    {
        var error = Assert.Throws<PatternException>(() => Pattern.Compile(pattern));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("character", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindAll_EndlessBacktracking_IsStopped()
    {
        var pattern = Pattern.Compile("(?:a|aa)+c");

        var error = Assert.Throws<TokenizerFormatException>(() => pattern.FindAll(new string('a', 200) + "b", []));

        Assert.Contains("steps", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindAll_DeepRepetition_NeedsNoStack()
    {
        var matches = new List<(int Start, int End)>();

        Pattern.Compile("(?:ab)*").FindAll(string.Concat(Enumerable.Repeat("ab", 300_000)), matches);

        Assert.Equal((0, 600_000), matches[0]);
    }
}
