using System.Text.RegularExpressions;

namespace LoraMesh.UnitTests.Architecture;

/// <summary>The threat model names the tests that hold it; each of them must be there.</summary>
public sealed partial class ThreatModelTests
{
    [Fact]
    public void EveryLine_NamesATestThatExists_OrSaysThatNoneDoes()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "threat-model.md")).Where(line => Threat().IsMatch(line)).ToList();
        var tests = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Tests(File.ReadAllText(file))).ToHashSet(StringComparer.Ordinal);

        Assert.True(lines.Count > 30, $"only {lines.Count} threats were found");
        foreach (var line in lines)
        {
            var holder = line.TrimEnd(' ', '|').Split('|')[^1].Trim();
            Assert.True(holder == "no test" || tests.Contains(holder.Trim('`')), $"There is no {holder}: {line}");
        }
    }

    private static IEnumerable<string> Tests(string text)
    {
        var type = Type().Match(text).Groups[1].Value;
        return Member().Matches(text).Select(member => $"{type}.{member.Groups[1].Value}");
    }

    [GeneratedRegex(@"^\| [STRIDE] \|")]
    private static partial Regex Threat();

    [GeneratedRegex(@"^(?:public|internal) (?:sealed |abstract |partial )*class (\w+)", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex(@"\[(?:\w*Fact|\w*Theory)[^\n]*\](?:\s*\[[^\n]*\])*\s*public (?:async Task|void) (\w+)\(")]
    private static partial Regex Member();
}
