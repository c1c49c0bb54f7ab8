using System.Text.RegularExpressions;

namespace LoraMesh.UnitTests.Documentation;

/// <summary>Pages point to what is there, the index to every page, and what is said to be tested is.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Docs = Path.Combine(Repository.Root, "docs");

    public static TheoryData<string> Pages => new(Paths);

    private static IEnumerable<string> Paths =>
        Directory.GetFiles(Docs, "*.md").Where(page => !page.EndsWith(".received.md", StringComparison.Ordinal))
            .Append(Path.Combine(Repository.Root, "README.md")).Select(page => Path.GetRelativePath(Repository.Root, page)).Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_OfEveryPage_LeadSomewhere(string page)
    {
        var path = Path.Combine(Repository.Root, page);

        Assert.All(Link().Matches(File.ReadAllText(path)).Select(match => match.Groups[1].Value.Split('#')[0]).Where(link => link.Length > 0 && !link.Contains("://", StringComparison.Ordinal)), link =>
            Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, link)), $"{page} links to {link}, which does not exist"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Tests_ThatAPageNames_Exist(string page)
    {
        var tests = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file)).ToHashSet(StringComparer.Ordinal);

        Assert.All(TestName().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(match => match.Groups[1].Value), name =>
            Assert.True(tests.Contains(name), $"{page} names the test {name}, which does not exist"));
    }

    [Fact]
    public void Index_ListsEveryPage()
    {
        var index = File.ReadAllText(Path.Combine(Docs, "README.md"));

        Assert.All(Paths.Where(page => page.StartsWith("docs", StringComparison.Ordinal) && Path.GetFileName(page) != "README.md"), page =>
            Assert.Contains($"({Path.GetFileName(page)})", index, StringComparison.Ordinal));
    }

    [Fact]
    public void Operations_SaysWhatToDoOnEveryAlert_AndOnNoOther()
    {
        var rules = AlertRule().Matches(File.ReadAllText(Path.Combine(Repository.Root, "compose", "observability", "alerts.yaml"))).Select(match => match.Groups[1].Value);
        var rows = AlertRow().Matches(File.ReadAllText(Path.Combine(Docs, "operations.md"))).Select(match => match.Groups[1].Value);

        Assert.Equal(rules, rows);
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(\w+Tests)[.`]")]
    private static partial Regex TestName();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex AlertRule();

    [GeneratedRegex(@"^\| `(LoraMesh\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex AlertRow();
}
