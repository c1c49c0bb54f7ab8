using LoraMesh.Model;

namespace LoraMesh.NumericsTests.Sampling;

public sealed class LogProbabilitiesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(300)]
    public void Top_OfRandomLogits_EqualsSortingAllOfThem(int count)
    {
        var random = new Random(11);
        // Few different values, so that there are many ties.
        var logits = Enumerable.Range(0, 300).Select(_ => (float)random.Next(0, 60) / 4).ToArray();
        var total = Math.Log(logits.Sum(x => Math.Exp(x)));

        var top = LogProbabilities.Top(logits, count);

        var expected = Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).ThenBy(id => id).Take(count).ToArray();
        Assert.Equal(expected, top.Select(t => t.Id));
        Assert.All(top, t => Assert.Equal(logits[t.Id] - total, t.LogProbability, 5));
    }

    [Fact]
    public void Of_OverLargeLogits_DoesNotOverflow()
    {
        float[] logits = [5000, 5001, 4000];

        var second = LogProbabilities.Of(logits, 1);

        Assert.Equal(-Math.Log(1 + Math.Exp(-1)), second.LogProbability, 6);
    }

    [Fact]
    public void Top_OfNone_IsEmpty() => Assert.Empty(LogProbabilities.Top([1, 2], 0));
}
