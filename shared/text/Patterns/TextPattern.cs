using LoraMesh.Text.Reading;

namespace LoraMesh.Text.Patterns;

// What a component searches for: {"String": …} verbatim or {"Regex": …}.
internal sealed class TextPattern
{
    private readonly string? _verbatim;
    private readonly Pattern? _pattern;

    private TextPattern(string? verbatim, Pattern? pattern)
    {
        _verbatim = verbatim;
        _pattern = pattern;
    }

    /// <summary>The text that is looked for as it stands; null for a regular expression.</summary>
    public string? Verbatim => _verbatim;

    public static TextPattern FromRegex(string regex) => new(null, Pattern.Compile(regex));

    public static TextPattern Read(JsonPart part)
    {
        var members = part.Members().ToArray();
        if (members is not [{ Name: "String" or "Regex" } only])
        {
            throw part.Unexpected("an object with one member, String or Regex");
        }

        try
        {
            return only.Name == "String" ? new TextPattern(only.Value.String(), null) : FromRegex(only.Value.String());
        }
        catch (PatternException e)
        {
            throw only.Value.Unsupported("Regex", e.Message + ".");
        }
    }

    public void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        if (_pattern is not null)
        {
            _pattern.FindAll(text, matches);
            return;
        }

        if (_verbatim!.Length == 0)
        {
            return;
        }

        var position = 0;
        while (text[position..].IndexOf(_verbatim, StringComparison.Ordinal) is >= 0 and var ahead)
        {
            matches.Add((position + ahead, position + ahead + _verbatim.Length));
            position += ahead + _verbatim.Length;
        }
    }
}
