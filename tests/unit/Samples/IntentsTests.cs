namespace LoraMesh.UnitTests.Samples;

public sealed class IntentsTests
{
    private const double LikestAllowed = 0.5;

    private static readonly IReadOnlyList<(string? System, string User, string Answer)> Rows = ChatRows.Read("intents.jsonl");

    [Fact]
    public void Intents_Committed_AreSixHundredOfTwelveEvenLabels()
    {
        var counts = Rows.CountBy(row => row.Answer).ToArray();

        Assert.Equal(600, Rows.Count);
        Assert.Equal(12, counts.Length);
        Assert.All(counts, count => Assert.Equal(50, count.Value));
        Assert.All(counts, count => Assert.Matches("^[a-z]+_[a-z]+$", count.Key));
    }

    [Fact]
    public void Intents_EveryRow_HasNoSystemMessage() => Assert.All(Rows, row => Assert.Null(row.System));

    [Fact]
    public void Intents_EveryPair_DiffersInMoreThanNames()
    {
        var (similarity, first, second) = Trigrams.Nearest([.. Rows.Select(row => Trigrams.Of(row.User, new HashSet<string>()))]);

        Assert.True(similarity <= LikestAllowed, $"Lines {second + 1} and {first + 1} share {similarity:F2} of their trigrams:\n{Rows[second].User}\n{Rows[first].User}");
    }
}
