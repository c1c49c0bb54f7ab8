namespace LoraMesh.Text;

/// <summary>A range of a text in UTF-16 chars: from <paramref name="Start"/>, which belongs to it, to <paramref name="End"/>, which does not.</summary>
public readonly record struct TextSpan(int Start, int End);
