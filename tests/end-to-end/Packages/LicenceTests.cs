namespace LoraMesh.EndToEndTests.Packages;

/// <summary>No package comes in whose licence is unknown, or binds those who ship the product to more than notices.</summary>
public sealed class LicenceTests
{
    private static readonly HashSet<string> Permissive = new(StringComparer.Ordinal) { "MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD", "PostgreSQL", "Zlib", "Unlicense", "CC0-1.0" };

    // Packages that declare no expression, each read by a person: name, version, licence, where it says so.
    private static readonly (string Name, string Version, string Licence)[] Read =
    [
        ("K4os.Compression.LZ4", "1.3.8", "MIT"),
    ];

    [Fact]
    public void EveryPackage_HasALicenceThatAsksForNoticesAlone()
    {
        var packages = PackageGraph.Read();

        Assert.True(packages.Count > 40, $"only {packages.Count} packages: was the all-in-one restored?");
        Assert.All(packages, package => Assert.True(
            LicenceOf(package) is { } licence && IsPermissive(licence),
            $"{package.Name} {package.Version} has the licence '{package.Licence ?? "none declared"}'. Use another package, or have its licence read and entered here."));
    }

    [Theory]
    [InlineData("MIT", true)]
    [InlineData("Apache-2.0 OR MPL-2.0", true)]
    [InlineData("MIT AND BSD-3-Clause", true)]
    [InlineData("(MIT AND GPL-3.0-only) OR Apache-2.0", true)]
    [InlineData("Apache-2.0 WITH LLVM-exception", false)]
    [InlineData("MPL-2.0", false)]
    [InlineData("MIT AND GPL-2.0-or-later", false)]
    [InlineData("LGPL-3.0-only OR GPL-3.0-only", false)]
    public void Expression_IsPermissive_WhereOneChoiceAsksForNoticesAlone(string expression, bool expected) => Assert.Equal(expected, IsPermissive(expression));

    [Fact]
    public void Report_IsWhatWasRestored()
    {
        var lines = PackageGraph.Read().Select(package => $"| {package.Name} | {package.Version} | {LicenceOf(package)} |");
        var page = Path.Combine(PackageGraph.Root(), "docs", "licences.md");
        var text = File.ReadAllText(page);
        var (start, end) = (text.IndexOf("|---|---|---|\n", StringComparison.Ordinal) + "|---|---|---|\n".Length, text.IndexOf("\n\n## ", StringComparison.Ordinal));
        var found = string.Join('\n', lines);
        if (text[start..end] != found)
        {
            File.WriteAllText(Path.ChangeExtension(page, "received.md"), text[..start] + found + text[end..]);
        }

        Assert.Equal(text[start..end], found);
    }

    private static string? LicenceOf(RestoredPackage package) =>
        package.Licence ?? Read.Where(read => read.Name == package.Name && read.Version == package.Version).Select(read => read.Licence).FirstOrDefault();

    // SPDX: OR binds weaker than AND; what has an exception or an unknown word is not permissive.
    private static bool IsPermissive(string expression)
    {
        var words = new Queue<string>(expression.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return Any() && words.Count == 0;

        bool Any()
        {
            var holds = All();
            while (words.TryPeek(out var word) && word == "OR")
            {
                words.Dequeue();
                holds |= All();
            }

            return holds;
        }

        bool All()
        {
            var holds = One();
            while (words.TryPeek(out var word) && word == "AND")
            {
                words.Dequeue();
                holds &= One();
            }

            return holds;
        }

        bool One()
        {
            if (!words.TryDequeue(out var word))
            {
                return false;
            }

            if (word != "(")
            {
                return Permissive.Contains(word);
            }

            var holds = Any();
            return words.TryDequeue(out var closed) && closed == ")" && holds;
        }
    }
}
