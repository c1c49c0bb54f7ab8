using LoraMesh.Inference.Engine;

namespace LoraMesh.NumericsTests.Inference;

public sealed class StopTextTests
{
    [Theory]
    [InlineData("END", "Hello END and more", "Hello ")]
    [InlineData("END", "Hello EN", "Hello EN")]
    [InlineData("END", "", "")]
    [InlineData("aab", "aaaab", "aa")]
    [InlineData("\n\n", "a\nb\n\nc", "a\nb")]
    public void Push_UnitByUnit_LetsThroughWhatComesBeforeTheStop(string stop, string text, string expected)
    {
        Assert.Equal(expected, Run([stop], text.Select(unit => unit.ToString())).Text);
    }

    [Fact]
    public void Push_WithSeveralStops_EndsAtTheOneThatIsCompleteFirst()
    {
        Assert.Equal("ab", Run(["bcde", "c"], ["abcdef"]).Text);
        Assert.Equal("x", Run(["abc", "bc"], ["xabc"]).Text);
    }

    [Fact]
    public void Push_AfterTheStop_LetsNothingThrough()
    {
        var stop = new StopText(["."]);

        Assert.Equal("a", stop.Push("a.b"));
        Assert.True(stop.Stopped);
        Assert.Equal("", stop.Push("c"));
        Assert.Equal("", stop.Flush());
    }

    [Fact]
    public void StopText_WithAnEmptyString_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new StopText(["x", ""]));
    }

    // Texts and stops over two letters meet, overlap and nearly meet all the time.
    [Fact]
    public void Push_OverRandomTextsHoweverCut_GivesWhatOnePassOverTheWholeTextGives()
    {
        var random = new Random(5);
        for (var round = 0; round < 4000; round++)
        {
            var text = Letters(random, random.Next(0, 30));
            string[] stops = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Letters(random, random.Next(1, 6)))];
            var (expected, stopped) = Reference(stops, text);

            var found = Run(stops, Cut(random, text));

            Assert.Equal((expected, stopped), (found.Text, found.Stopped));
            Assert.All(found.Shown, shown => Assert.StartsWith(shown, expected, StringComparison.Ordinal));
        }
    }

    private static (string Text, bool Stopped) Reference(string[] stops, string text)
    {
        for (var end = 1; end <= text.Length; end++)
        {
            if (stops.Where(stop => text[..end].EndsWith(stop, StringComparison.Ordinal)).MaxBy(stop => stop.Length) is { } stop)
            {
                return (text[..(end - stop.Length)], true);
            }
        }

        return (text, false);
    }

    private static (string Text, bool Stopped, List<string> Shown) Run(IReadOnlyList<string> stops, IEnumerable<string> pieces)
    {
        var stop = new StopText(stops);
        var shown = new List<string> { "" };
        foreach (var piece in pieces)
        {
            shown.Add(shown[^1] + stop.Push(piece));
        }

        shown.Add(shown[^1] + stop.Flush());
        return (shown[^1], stop.Stopped, shown);
    }

    private static IEnumerable<string> Cut(Random random, string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var length = Math.Min(random.Next(0, 5), text.Length - start);
            yield return text.Substring(start, length);
            start += length;
        }
    }

    private static string Letters(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => "ab"[random.Next(2)]));
}
