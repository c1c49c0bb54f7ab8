using LoraMesh.Hosting.Configuration;

namespace LoraMesh.UnitTests.Contracts;

/// <summary>docs/project-yaml.md says what the code says.</summary>
public sealed class ProjectYamlPageTests
{
    [Fact]
    public void Page_IsWrittenFromTheCode()
    {
        var path = Path.Combine(Repository.Root, "docs", "project-yaml.md");
        var page = new ProjectYamlPage().Write();
        if (!File.Exists(path) || File.ReadAllText(path) != page)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path.Replace(".md", ".received.md", StringComparison.Ordinal), page);
        }

        Assert.True(File.Exists(path), "Read docs/project-yaml.received.md and rename it.");
        Assert.Equal(page, File.ReadAllText(path));
    }

    [Fact]
    public void Keys_OfThePage_AreThoseThatAreRead()
    {
        var page = new ProjectYamlPage();
        page.Write();

        // A list where none is allowed is refused, but not as a key that is not there. What a course of the rate takes depends on the course.
        Assert.All(page.Keys.Where(key => !key.StartsWith("training.lr_scheduler_kwargs.", StringComparison.Ordinal)), key =>
        {
            var yaml = string.Concat(key.Split('.').Select((part, depth) => $"{new string(' ', 2 * depth)}{part}:\n")) + $"{new string(' ', 2 * key.Split('.').Length)}- [nonsense]\n";
            var message = Record.Exception(() => ProjectYaml.Parse(yaml))?.Message ?? string.Empty;
            Assert.DoesNotContain("there is no key", message, StringComparison.Ordinal);
        });
    }
}
