using System.Buffers;

namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Finds keys and tokens by the prefixes that their issuers document, private keys by their frame, and passwords by what is assigned to.</summary>
internal static class Secrets
{
    // Prefix, and the fewest and most chars that follow it.
    private static readonly (string Prefix, int Least, int Most)[] Issued =
    [
        ("AKIA", 16, 16), ("ASIA", 16, 16), ("ghp_", 36, 255), ("gho_", 36, 255), ("ghu_", 36, 255), ("ghs_", 36, 255), ("ghr_", 36, 255),
        ("github_pat_", 60, 255), ("glpat-", 20, 64), ("xoxb-", 20, 255), ("xoxp-", 20, 255), ("xoxa-", 20, 255), ("xoxs-", 20, 255), ("xapp-", 20, 255),
        ("sk_live_", 16, 255), ("sk_test_", 16, 255), ("rk_live_", 16, 255), ("rk_test_", 16, 255), ("whsec_", 24, 128),
        ("sk-", 32, 255), ("AIza", 35, 35), ("ya29.", 20, 512), ("SG.", 60, 80), ("npm_", 36, 36), ("pypi-AgE", 50, 512), ("hf_", 30, 64), ("dop_v1_", 64, 64),
    ];

    private static readonly string[] Words = ["password", "passwd", "passwort", "kennwort", "contraseña", "hasło", "mot de passe", "pwd", "secret", "token", "api_key", "apikey", "api-key", "access_key", "secret_key", "bearer"];

    private static readonly SearchValues<string> Prefixes = SearchValues.Create([.. Issued.Select(issued => issued.Prefix), "eyJ", "-----BEGIN", "://"], StringComparison.Ordinal);
    private static readonly SearchValues<string> Assigned = SearchValues.Create(Words, StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<char> AuthorityEnds = SearchValues.Create(" \t\r\n\"'<>/");

    /// <summary>Adds those of the text.</summary>
    public static void Find(ReadOnlySpan<char> text, List<PersonalDataSpan> found)
    {
        var at = 0;
        while (text[at..].IndexOfAny(Prefixes) is >= 0 and var step)
        {
            at += step;
            var length = Length(text, at, out var skip);
            if (length > 0)
            {
                found.Add(new PersonalDataSpan(at + skip, length, PersonalDataKind.Secret));
            }

            at += Math.Max(1, skip + length);
        }

        at = 0;
        while (text[at..].IndexOfAny(Assigned) is >= 0 and var step)
        {
            at += step;
            var word = WordAt(text[at..]);
            at += word.Length;
            if (Value(text, at, word is "bearer") is var (start, length))
            {
                found.Add(new PersonalDataSpan(start, length, PersonalDataKind.Secret));
                at = start + length;
            }
        }
    }

    private static string WordAt(ReadOnlySpan<char> text)
    {
        foreach (var word in Words)
        {
            if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return word;
            }
        }

        return string.Empty;
    }

    private static int Length(ReadOnlySpan<char> text, int at, out int skip)
    {
        skip = 0;
        var rest = text[at..];
        if (rest.StartsWith("-----BEGIN", StringComparison.Ordinal))
        {
            if (!rest[..Math.Min(64, rest.Length)].Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            {
                return 0;
            }

            // One without its end was cut off: all that follows may be key.
            var end = rest.IndexOf("-----END", StringComparison.Ordinal);
            var tail = end < 0 ? -1 : rest[(end + 8)..].IndexOf("-----", StringComparison.Ordinal);
            return tail < 0 ? rest.Length : end + 8 + tail + 5;
        }

        if (rest.StartsWith("://", StringComparison.Ordinal))
        {
            return Credentials(rest, out skip);
        }

        if (at > 0 && (WordSigns.Continues(text[at - 1]) || text[at - 1] is '-' or '_'))
        {
            return 0;
        }

        return rest.StartsWith("eyJ", StringComparison.Ordinal) ? WebToken(rest) : Token(rest);
    }

    private static int Token(ReadOnlySpan<char> text)
    {
        foreach (var (prefix, least, most) in Issued)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal))
            {
                var end = prefix.Length;
                while (end < text.Length && end - prefix.Length <= most && (IsTokenSign(text[end]) || (text[end] == '.' && prefix is "SG." or "ya29.")))
                {
                    end++;
                }

                var length = end - prefix.Length;
                return length >= least && length <= most && text[prefix.Length..end].ContainsAnyInRange('0', '9') ? end : 0;
            }
        }

        return 0;
    }

    // A JSON web token: two parts of base64url that begin with '{"', and a signature.
    private static int WebToken(ReadOnlySpan<char> text)
    {
        var (dots, end) = (0, 0);
        for (; end < text.Length && (IsTokenSign(text[end]) || (text[end] == '.' && dots < 2)); end++)
        {
            dots += text[end] == '.' ? 1 : 0;
        }

        return dots == 2 && end >= 40 && text[..end].Contains(".eyJ", StringComparison.Ordinal) ? end : 0;
    }

    // scheme://user:password@host: the password alone is the secret.
    private static int Credentials(ReadOnlySpan<char> text, out int skip)
    {
        skip = 0;
        var rest = text[3..];
        var end = rest.IndexOfAny(AuthorityEnds);
        var authority = end < 0 ? rest : rest[..end];
        var host = authority.LastIndexOf('@');
        var colon = host < 0 ? -1 : authority[..host].IndexOf(':');
        if (colon < 0 || host - colon < 4 || IsPlaceholder(authority[(colon + 1)..host]))
        {
            return 0;
        }

        skip = 3 + colon + 1;
        return host - colon - 1;
    }

    private static (int Start, int Length)? Value(ReadOnlySpan<char> text, int at, bool bearer)
    {
        var assigned = bearer;
        for (var limit = at + 6; at < text.Length && at < limit && (text[at] is ' ' or '"' or '\'' or '`' or ':' or '=' or '>'); at++)
        {
            assigned |= text[at] is ':' or '=';
        }

        var end = at;
        while (end < text.Length && end - at < 256 && !char.IsWhiteSpace(text[end]) && text[end] is not ('"' or '\'' or '`' or ',' or ';' or '<' or '>' or ')' or '&' or ']' or '}'))
        {
            end++;
        }

        var value = text[at..end].TrimEnd(".!?:");
        return assigned && value.Length >= (bearer ? 20 : 6) && LooksRandom(value) && !IsPlaceholder(value) ? (at, value.Length) : null;
    }

    // Words of prose have neither digits nor signs within.
    private static bool LooksRandom(ReadOnlySpan<char> value)
    {
        var (letters, digits, signs) = (0, 0, 0);
        foreach (var c in value)
        {
            letters += char.IsLetter(c) ? 1 : 0;
            digits += char.IsAsciiDigit(c) ? 1 : 0;
            signs += !char.IsLetterOrDigit(c) && c is not ('-' or '_' or '.' or '/' or '(') ? 1 : 0;
        }

        return letters > 0 && (digits > 0 || signs > 0);
    }

    private static bool IsPlaceholder(ReadOnlySpan<char> value) =>
        value[0] is '$' or '{' or '<' or '[' or '%' or '*' || value.Contains('(') || value.ContainsAny(Fillers);

    private static readonly SearchValues<string> Fillers = SearchValues.Create(["your", "xxxx", "****", "example", "process.env", "os.environ", "changeme", "....", "…"], StringComparison.OrdinalIgnoreCase);

    private static bool IsTokenSign(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
}
