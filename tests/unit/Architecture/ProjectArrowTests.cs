using System.Xml.Linq;

namespace LoraMesh.UnitTests.Architecture;

/// <summary>The walls of the house: which project may know which. A new arrow is a decision, and is written here.</summary>
public sealed class ProjectArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["LoraMesh.Contracts"] = [],
        ["LoraMesh.Metrics"] = [],
        ["LoraMesh.Provenance"] = [],
        ["LoraMesh.Formats"] = [],
        ["LoraMesh.Text"] = [],
        ["LoraMesh.Model"] = ["LoraMesh.Formats"],
        ["LoraMesh.Storage"] = ["LoraMesh.Contracts"],
        ["LoraMesh.Hosting"] = ["LoraMesh.Contracts", "LoraMesh.Provenance", "LoraMesh.Storage"],
        ["LoraMesh.Control"] = ["LoraMesh.Contracts", "LoraMesh.Hosting", "LoraMesh.Storage"],
        ["LoraMesh.DatasetPrep"] = ["LoraMesh.Contracts", "LoraMesh.Formats", "LoraMesh.Hosting", "LoraMesh.Storage", "LoraMesh.Text"],
        ["LoraMesh.Trainer"] = ["LoraMesh.Contracts", "LoraMesh.Formats", "LoraMesh.Hosting", "LoraMesh.Model", "LoraMesh.Storage"],
        ["LoraMesh.Evaluator"] = ["LoraMesh.Contracts", "LoraMesh.Formats", "LoraMesh.Hosting", "LoraMesh.Metrics", "LoraMesh.Model", "LoraMesh.Storage", "LoraMesh.Text"],
        ["LoraMesh.Inference"] = ["LoraMesh.Contracts", "LoraMesh.Formats", "LoraMesh.Hosting", "LoraMesh.Model", "LoraMesh.Storage", "LoraMesh.Text"],
        ["LoraMesh.Client"] = ["LoraMesh.Contracts"],
        ["LoraMesh.CommandLine"] = ["LoraMesh.Client", "LoraMesh.Contracts"],
        ["LoraMesh.AllInOne"] =
        [
            "LoraMesh.Client", "LoraMesh.CommandLine", "LoraMesh.Contracts", "LoraMesh.Control", "LoraMesh.DatasetPrep", "LoraMesh.Evaluator", "LoraMesh.Metrics", "LoraMesh.Formats", "LoraMesh.Hosting",
            "LoraMesh.Inference", "LoraMesh.Model", "LoraMesh.Storage", "LoraMesh.Text", "LoraMesh.Trainer",
        ],
    };

    public static TheoryData<string> Projects => new(Files().Select(Name));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_AreThoseOfTheArchitecture(string name)
    {
        Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} has no place in the architecture yet: give it one here.");

        var found = Load(name).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));

        Assert.Empty(found.Except(allowed));
    }

    [Theory]
    [InlineData("LoraMesh.Contracts", "")]
    [InlineData("LoraMesh.Client", "")]
    [InlineData("LoraMesh.CommandLine", "Spectre.Console,System.CommandLine")]
    [InlineData("LoraMesh.Metrics", "")]
    [InlineData("LoraMesh.Provenance", "")]
    [InlineData("LoraMesh.Formats", "")]
    [InlineData("LoraMesh.Text", "")]
    [InlineData("LoraMesh.Model", "TorchSharp")]
    public void Project_Packages_AreFew(string name, string allowed)
    {
        var found = Load(name).Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value);

        Assert.Empty(found.Except(allowed.Split(',')));
    }

    [Fact]
    public void Services_NativeBackend_IsChosenByTheOnesThatRunTensors()
    {
        var importing = Files().Where(path => XDocument.Load(path).Descendants("Import").Any(import => import.Attribute("Project")!.Value.EndsWith("TorchBackend.props", StringComparison.Ordinal)));

        Assert.Equal(["LoraMesh.AllInOne", "LoraMesh.Evaluator", "LoraMesh.Inference", "LoraMesh.Trainer"], importing.Select(Name).Order());
    }

    private static XDocument Load(string name) => XDocument.Load(Files().Single(path => Name(path) == name));

    private static string Name(string path) => Path.GetFileNameWithoutExtension(path);

    private static IEnumerable<string> Files() => new[] { "clients", "services", "shared" }
        .SelectMany(folder => Directory.EnumerateDirectories(Path.Combine(Repository.Root, folder)))
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj"));
}
