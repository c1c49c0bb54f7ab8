using System.Net.Http.Headers;

namespace LoraMesh.AllInOne.Client;

/// <summary>The API key that this user's commands bear. It comes from the environment or a file, never from the command line, which others on the machine can read.</summary>
public static class SuiteKey
{
    /// <summary>Environment variable that holds the key; with <c>_FILE</c>, the name of a file that does.</summary>
    public const string Variable = "LORAMESH_API_KEY";

    // Who starts a suite has its administrator's key in the same environment.
    private static readonly (string Text, string File)[] Places =
        [(Variable, Variable + "_FILE"), ("LORAMESH_Access__AdminKey", "LORAMESH_Access__AdminKeyFile")];

    /// <summary>The header to send, or null where there is no key.</summary>
    public static AuthenticationHeaderValue? Header() => Find() is { } key ? new AuthenticationHeaderValue("Bearer", key) : null;

    private static string? Find()
    {
        foreach (var (text, file) in Places)
        {
            if (Environment.GetEnvironmentVariable(text) is { Length: > 0 } key)
            {
                return key.Trim();
            }

            if (Environment.GetEnvironmentVariable(file) is { Length: > 0 } path && File.Exists(path))
            {
                return File.ReadAllText(path).Trim();
            }
        }

        return null;
    }
}
