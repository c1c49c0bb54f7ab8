using System.Net;
using System.Net.Sockets;

namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Finds IPv6 addresses; loopback and unspecified ones name no machine.</summary>
internal static class IpV6
{
    private const int MaxChars = 45;

    /// <summary>Adds those of the text.</summary>
    public static void Find(ReadOnlySpan<char> text, List<PersonalDataSpan> found)
    {
        var at = 0;
        while (text[at..].IndexOf(':') is >= 0 and var step)
        {
            var (start, end) = (at + step, at + step);
            while (start > at && IsPart(text[start - 1]))
            {
                start--;
            }

            while (end < text.Length && (IsPart(text[end]) || text[end] == '.'))
            {
                end++;
            }

            var token = text[start..end].TrimEnd(".");
            token = token.EndsWith("::") ? token : token.TrimEnd(":");
            var bounded = (start == 0 || !WordSigns.Continues(text[start - 1])) && (end == text.Length || !WordSigns.Continues(text[end]));
            if (bounded && token.Length <= MaxChars && token.Count(':') >= 3 && token.ContainsAnyInRange('0', '9')
                && IPAddress.TryParse(token, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
                && !IPAddress.IsLoopback(address) && !address.Equals(IPAddress.IPv6Any))
            {
                found.Add(new PersonalDataSpan(start, token.Length, PersonalDataKind.Ip));
            }

            at = Math.Max(end, at + step + 1);
        }
    }

    private static bool IsPart(char c) => char.IsAsciiHexDigit(c) || c == ':';
}
