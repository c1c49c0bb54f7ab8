using System.Text.Json;

namespace LoraMesh.UnitTests.Samples;

public sealed class TicketsTests
{
    private const double LikestAllowed = 0.5;

    private static readonly Dictionary<string, string> Nicknames = new()
    {
        ["Kestrel"] = "the bird", ["Lumora"] = "the lamp", ["Brambix"] = "the bramble", ["Quenda"] = "the Q-box",
        ["Oxmere"] = "the ox", ["Tarnwick"] = "the wick", ["Zephira"] = "our Zeph", ["Pavonis"] = "the peacock",
    };

    private static readonly string[] Teams = ["billing", "access", "software", "hardware", "delivery", "sales"];
    private static readonly string[] Priorities = ["low", "normal", "high"];

    private static readonly IReadOnlyList<(string? System, string User, string Answer)> Rows = ChatRows.Read("tickets.jsonl");

    [Fact]
    public void Tickets_Committed_AreEnoughAndShareOneInstruction()
    {
        Assert.InRange(Rows.Count, 800, 2000);
        Assert.NotNull(Assert.Single(Rows.Select(row => row.System).Distinct()));
    }

    [Fact]
    public void Tickets_EveryAnswer_IsTheThreeKeysInOrder()
    {
        foreach (var row in Rows)
        {
            var answer = JsonSerializer.Deserialize<Dictionary<string, string>>(row.Answer)!;

            Assert.Equal(["team", "priority", "product"], answer.Keys);
            Assert.Contains(answer["team"], Teams);
            Assert.Contains(answer["priority"], Priorities);
            Assert.Contains(answer["product"], Nicknames.Keys);
            Assert.Equal($$"""{"team": "{{answer["team"]}}", "priority": "{{answer["priority"]}}", "product": "{{answer["product"]}}"}""", row.Answer);
        }
    }

    [Fact]
    public void Tickets_EveryText_NamesItsProductAndNoOther()
    {
        foreach (var row in Rows)
        {
            var named = Nicknames.Where(product => Names(row.User, product.Key) || Names(row.User, product.Value)).Select(product => product.Key);

            Assert.Equal(Answer(row, "product"), Assert.Single(named));
        }
    }

    [Theory]
    [InlineData("team", 6)]
    [InlineData("priority", 3)]
    [InlineData("product", 8)]
    public void Tickets_EveryLabel_IsWithinATenthOfItsShare(string key, int labels)
    {
        var counts = Rows.CountBy(row => Answer(row, key)).ToArray();

        Assert.Equal(labels, counts.Length);
        Assert.All(counts, count => Assert.InRange(count.Value, 0.9 * Rows.Count / labels, 1.1 * Rows.Count / labels));
    }

    [Fact]
    public void Tickets_AQuarter_UsesTheNicknameOnly()
    {
        var nicknamed = Rows.Count(row => !Names(row.User, Answer(row, "product")));

        Assert.InRange((double)nicknamed / Rows.Count, 0.2, 0.3);
    }

    [Fact]
    public void Tickets_EveryText_IsAsLongAsCustomersWrite() =>
        Assert.All(Rows, row => Assert.InRange(row.User.Split(' ').Length, 10, 40));

    [Fact]
    public void Tickets_EveryPair_DiffersInMoreThanNames()
    {
        var masked = Nicknames.Keys.Concat(Nicknames.Values.Select(nickname => nickname.Split(' ')[1])).ToHashSet();
        var (similarity, first, second) = Trigrams.Nearest([.. Rows.Select(row => Trigrams.Of(row.User, masked))]);

        Assert.True(similarity <= LikestAllowed, $"Lines {second + 1} and {first + 1} share {similarity:F2} of their trigrams:\n{Rows[second].User}\n{Rows[first].User}");
    }

    private static string Answer((string? System, string User, string Answer) row, string key)
    {
        using var answer = JsonDocument.Parse(row.Answer);
        return answer.RootElement.GetProperty(key).GetString()!;
    }

    private static bool Names(string text, string name) =>
        System.Text.RegularExpressions.Regex.IsMatch(text, $@"\b{name}\b", System.Text.RegularExpressions.RegexOptions.IgnoreCase);
}
