using System.Buffers;

namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Looks for words a little before a number, which say what the number is.</summary>
internal static class Nearby
{
    private const int Reach = 32;

    private static readonly SearchValues<string> PhoneWords = SearchValues.Create(
        ["phone", "tel", "mobil", "cell", "call", "fax", "handy", "ruf", "móvil", "téléphone", "portable", "whatsapp", "sms", "dzwo", "bel ", "電話", "电话"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> VersionWords = SearchValues.Create(
        ["version", "release", "firmware", "build", "driver", "chapter", "section", "clause"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> CitizenWords = SearchValues.Create(
        ["bsn", "burgerservice", "sofi", "ssn", "social security"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether telephones are spoken of.</summary>
    public static bool Phone(ReadOnlySpan<char> text, int at) => Before(text, at).ContainsAny(PhoneWords);

    /// <summary>Whether versions or chapters are spoken of.</summary>
    public static bool Version(ReadOnlySpan<char> text, int at) =>
        Before(text, at)[^Math.Min(12, Before(text, at).Length)..].ContainsAny(VersionWords) || (at > 0 && text[at - 1] is 'v' or 'V');

    /// <summary>Whether citizens' numbers are spoken of.</summary>
    public static bool Citizen(ReadOnlySpan<char> text, int at) => Before(text, at).ContainsAny(CitizenWords);

    private static ReadOnlySpan<char> Before(ReadOnlySpan<char> text, int at) => text[Math.Max(0, at - Reach)..at];
}
