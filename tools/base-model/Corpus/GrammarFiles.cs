using System.Reflection;

namespace LoraMesh.BaseModel.Corpus;

/// <summary>
/// Reads the embedded word banks (<c>[name] word, word</c>) and rules (<c>= name</c>, then one alternative a line).
/// </summary>
public static class GrammarFiles
{
    /// <summary>All banks and rules of Words, Rules and the <paramref name="further"/> resource folders; a name defined twice is an error.</summary>
    public static Grammar Load(params string[] further)
    {
        var rules = new Dictionary<string, List<string>>();
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => IsGrammar(name) || further.Any(folder => name.StartsWith(folder, StringComparison.Ordinal))).Order(StringComparer.Ordinal))
        {
            Read(resource, Lines(resource), rules);
        }

        return new Grammar(rules.ToDictionary(rule => rule.Key, rule => rule.Value.ToArray()));
    }

    /// <summary>The lines of an embedded text file without comments and blank lines.</summary>
    public static IReadOnlyList<string> Lines(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new FileNotFoundException($"No embedded resource '{resource}'. Is it listed as EmbeddedResource in the project?");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n')
            .Where(line => line.Trim().Length > 0 && !line.StartsWith("# ", StringComparison.Ordinal))
            .Select(line => line.Replace("\\n", "\n", StringComparison.Ordinal))
            .ToArray();
    }

    /// <summary>Splits at separators that are not inside braces; the parts are trimmed when the separator is a comma.</summary>
    public static IReadOnlyList<string> SplitTopLevel(string text, char separator)
    {
        var parts = new List<string>();
        var (start, nesting) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == separator && nesting == 0))
            {
                parts.Add(text[start..i]);
                start = i + 1;
                continue;
            }

            nesting += text[i] switch { '{' => 1, '}' => -1, _ => 0 };
        }

        return parts;
    }

    private static bool IsGrammar(string resource) =>
        resource.StartsWith("words/", StringComparison.Ordinal) && !resource.EndsWith("/concepts.txt", StringComparison.Ordinal)
        || resource.StartsWith("grammar/", StringComparison.Ordinal);

    private static void Read(string resource, IReadOnlyList<string> lines, Dictionary<string, List<string>> rules)
    {
        List<string>? rule = null;
        foreach (var line in lines)
        {
            if (line.StartsWith('['))
            {
                var end = line.IndexOf(']', StringComparison.Ordinal);
                var words = Define(resource, line[1..end], rules);
                words.AddRange(SplitTopLevel(line[(end + 1)..], ',').Select(word => word.Trim()));
                rule = null;
            }
            else if (line.StartsWith("= ", StringComparison.Ordinal))
            {
                rule = Define(resource, line[2..].Trim(), rules);
            }
            else
            {
                (rule ?? throw new InvalidDataException($"{resource}: '{line}' stands before any '= rule' line.")).Add(line.TrimEnd());
            }
        }
    }

    private static List<string> Define(string resource, string name, Dictionary<string, List<string>> rules)
    {
        if (!rules.TryAdd(name, []))
        {
            throw new InvalidDataException($"{resource}: '{name}' is already defined. Give it another name or join the two.");
        }

        return rules[name];
    }
}
