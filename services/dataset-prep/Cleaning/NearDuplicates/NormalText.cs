using System.Text;

namespace LoraMesh.DatasetPrep.Cleaning.NearDuplicates;

/// <summary>Gathers texts in the spelling by which they are compared: lower case, one space for whatever separates words, a line each; and their numbers apart.</summary>
internal sealed class NormalText
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _numbers = new();

    /// <summary>What was gathered.</summary>
    public string Text => _text.ToString();

    /// <summary>The numbers in it, in order.</summary>
    public string Numbers => _numbers.ToString();

    /// <summary>Adds a text.</summary>
    public void Add(string text)
    {
        var (between, inNumber) = (false, false);
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c) || char.IsPunctuation(c) || char.IsControl(c))
            {
                (between, inNumber) = (true, false);
                continue;
            }

            _text.Append(between && _text.Length > 0 && _text[^1] != '\n' ? " " : string.Empty).Append(char.ToLowerInvariant(c));
            between = false;
            if (char.IsDigit(c))
            {
                _numbers.Append(inNumber ? string.Empty : " ").Append(c);
            }

            inNumber = char.IsDigit(c);
        }

        _text.Append('\n');
    }
}
