using System.Buffers;

namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Finds e-mail addresses (RFC 5321 dot-strings at a domain with a top level of letters).</summary>
internal static class Emails
{
    private const int MaxLocal = 64;
    private const int MaxDomain = 253;

    // What follows "@2x." in a file's name, or "@1.2." in a package's.
    private static readonly SearchValues<string> FileEndings = SearchValues.Create(["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "ts", "json"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<char> TokenEnds = SearchValues.Create(" \t\r\n\"'");

    /// <summary>Adds those of the text.</summary>
    public static void Find(ReadOnlySpan<char> text, List<PersonalDataSpan> found)
    {
        var at = -1;
        while (text[(at + 1)..].IndexOf('@') is >= 0 and var step)
        {
            at += step + 1;
            var start = at;
            while (start > 0 && at - start < MaxLocal && IsLocal(text[start - 1]) && !(start < at && WordSigns.ChangesScript(text[start - 1], text[start])))
            {
                start--;
            }

            while (start < at && text[start] is '.' or '-' or '\'' or '+')
            {
                start++;
            }

            var end = DomainEnd(text, at + 1);
            if (start < at && end > 0 && text[at - 1] != '.' && !IsRemote(text, start, at, end) && !InUrl(text, start))
            {
                found.Add(new PersonalDataSpan(start, end - start, PersonalDataKind.Email));
            }
        }
    }

    private static int DomainEnd(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        while (end < text.Length && end - start < MaxDomain && (char.IsLetterOrDigit(text[end]) || text[end] is '-' or '.') && !(end > start && char.IsLetter(text[end]) && WordSigns.ChangesScript(text[end - 1], text[end])))
        {
            end++;
        }

        var domain = text[start..end].TrimEnd(".-");
        var dot = domain.LastIndexOf('.');
        var top = domain[(dot + 1)..];
        var whole = dot > 0 && domain[0] is not ('.' or '-') && !domain.Contains("..", StringComparison.Ordinal)
            && top.Length is >= 2 and <= 24 && AllLetters(top) && !(FileEndings.Contains(top.ToString()));
        return whole ? start + domain.Length : -1;
    }

    private static bool AllLetters(ReadOnlySpan<char> top)
    {
        foreach (var c in top)
        {
            if (!char.IsLetter(c))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsLocal(char c) => char.IsLetterOrDigit(c) || c is '.' or '_' or '%' or '+' or '-' or '\'';

    // git@host:path names a repository.
    private static bool IsRemote(ReadOnlySpan<char> text, int start, int at, int end) => text[start..at] is "git" && end < text.Length && text[end] == ':';

    // scheme://user:password@host is a secret, not an address.
    private static bool InUrl(ReadOnlySpan<char> text, int start)
    {
        var head = text[Math.Max(0, start - 64)..start];
        var space = head.LastIndexOfAny(TokenEnds);
        return head[(space + 1)..].Contains("://", StringComparison.Ordinal);
    }
}
