using System.Text;

namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Puts placeholders such as <c>[EMAIL_1]</c> in the place of personal data; within one row the same value gets the same placeholder.</summary>
internal sealed class Redaction
{
    private readonly Dictionary<(PersonalDataKind Kind, string Value), string> _placeholders = [];
    private readonly Dictionary<PersonalDataKind, int> _counts = [];

    /// <summary>The text with every span replaced.</summary>
    /// <param name="text">A text of the row.</param>
    /// <param name="spans">What to replace, in order of place, without overlaps.</param>
    public string Apply(string text, IReadOnlyList<PersonalDataSpan> spans)
    {
        if (spans.Count == 0)
        {
            return text;
        }

        var (result, at) = (new StringBuilder(text.Length), 0);
        foreach (var span in spans)
        {
            result.Append(text, at, span.Start - at).Append(Placeholder(text.AsSpan(span.Start, span.Length), span.Kind));
            at = span.End;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    // Spaces and dashes are ways to write the same number, and the case of an address means nothing.
    private string Placeholder(ReadOnlySpan<char> value, PersonalDataKind kind)
    {
        var key = kind switch
        {
            PersonalDataKind.Secret => value.ToString(),
            PersonalDataKind.Email or PersonalDataKind.Ip => value.ToString().ToUpperInvariant(),
            _ => string.Concat(value.ToString().Where(char.IsLetterOrDigit)).ToUpperInvariant(),
        };
        if (!_placeholders.TryGetValue((kind, key), out var placeholder))
        {
            var number = _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
            placeholder = _placeholders[(kind, key)] = $"[{Name(kind)}_{number}]";
        }

        return placeholder;
    }

    private static string Name(PersonalDataKind kind) => kind == PersonalDataKind.NationalId ? "ID" : kind.ToString().ToUpperInvariant();
}
