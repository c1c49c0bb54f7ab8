using System.Text.RegularExpressions;

namespace LoraMesh.UnitTests.Documentation;

/// <summary>docs/errors.md says of every code what it means and what to do, and of none that does not exist.</summary>
public sealed partial class ErrorCatalogueTests
{
    [Fact]
    public void Catalogue_HasEveryCodeOfTheSource_AndNoOther()
    {
        var documented = Documented().ToList();

        Assert.Equal(documented.Distinct(), documented);
        var found = ErrorCodeScan.Read();
        Assert.True(found.IsSubsetOf(documented), $"docs/errors.md lacks: {string.Join(" ", found.Except(documented))}");
        Assert.True(found.IsSupersetOf(documented), $"docs/errors.md has codes that do not exist: {string.Join(" ", documented.Except(found))}");
    }

    [Fact]
    public void Catalogue_SaysOfEachCodeWhatItMeansAndWhatToDo() =>
        Assert.All(Rows(), row => Assert.True(row.Groups["means"].Value.Trim().Length > 10 && row.Groups["do"].Value.Trim().Length > 4, row.Value));

    private static IEnumerable<string> Documented() => Rows().Select(row => row.Groups["code"].Value);

    private static MatchCollection Rows() => Row().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "errors.md")));

    [GeneratedRegex(@"^\| `(?<code>[a-z_]+)` \|(?<means>[^|\n]+)\|(?<do>[^|\n]+)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
