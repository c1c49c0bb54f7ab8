using System.Text.Json;
using System.Xml.Linq;

namespace LoraMesh.EndToEndTests.Packages;

/// <summary>The packages that the product is built of, as restoring it resolved them, with the licences that they declare.</summary>
internal static class PackageGraph
{
    /// <summary>Every package of the executables: the all-in-one refers to each service and each client.</summary>
    public static IReadOnlyList<RestoredPackage> Read()
    {
        var root = Root();
        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(root, "artifacts", "obj", "LoraMesh.AllInOne", "project.assets.json")));
        var folders = assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToList();
        return
        [
            .. assets.RootElement.GetProperty("libraries").EnumerateObject()
                .Where(library => library.Value.GetProperty("type").GetString() == "package")
                .Select(library => Open(library.Name, [.. folders.Select(folder => Path.Combine(folder, library.Value.GetProperty("path").GetString()!))]))
                .OrderBy(package => package.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>The repository's root.</summary>
    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LoraMesh.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("These tests run from within the repository.");
        }

        return folder.FullName;
    }

    private static RestoredPackage Open(string name, string[] places)
    {
        var parts = name.Split('/');
        var folder = places.FirstOrDefault(Directory.Exists) ?? throw new InvalidOperationException($"{name} was restored, but lies in none of {string.Join(", ", places)}.");
        var metadata = XDocument.Load(Directory.EnumerateFiles(folder, "*.nuspec").Single()).Root!.Elements().First();
        var licence = Element(metadata, "license");
        return new RestoredPackage(parts[0], parts[1], licence?.Attribute("type")?.Value == "expression" ? licence.Value : null);
    }

    private static XElement? Element(XElement parent, string name) => parent.Elements().FirstOrDefault(element => element.Name.LocalName == name);
}

/// <summary>A package.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Licence">The SPDX expression that it declares; null where it declares none.</param>
internal sealed record RestoredPackage(string Name, string Version, string? Licence);
