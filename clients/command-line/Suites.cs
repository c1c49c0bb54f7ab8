using LoraMesh.Client;

namespace LoraMesh.CommandLine;

/// <summary>
/// How this user's commands reach a suite. Keys and certificates come from the environment or from files, never from the command
/// line, which others on the machine can read.
/// </summary>
public static class Suites
{
    /// <summary>Environment variable that holds an API key or a token; with <c>_FILE</c>, the name of a file that does.</summary>
    public const string KeyVariable = "LORAMESH_API_KEY";

    private const string CaVariable = "LORAMESH_CA_FILE";
    private const string CertificateVariable = "LORAMESH_CERTIFICATE_FILE";
    private const string CertificateKeyVariable = "LORAMESH_KEY_FILE";

    // Who starts a suite has its administrator's key in the same environment.
    private static readonly (string Text, string File)[] Places =
        [(KeyVariable, KeyVariable + "_FILE"), ("LORAMESH_Access__AdminKey", "LORAMESH_Access__AdminKeyFile")];

    /// <summary>A client of the suite that <c>--url</c>, the environment or the default names.</summary>
    /// <exception cref="CommandException">The address or a file of the environment is wrong.</exception>
    public static SuiteClient Open(string? url) => Open(SharedOptions.SuiteAddress(url));

    /// <summary>A client of a suite.</summary>
    /// <exception cref="CommandException">A file of the environment is wrong.</exception>
    public static SuiteClient Open(Uri address)
    {
        var (certificate, key) = (FileOf(CertificateVariable), FileOf(CertificateKeyVariable));
        if (certificate is null != key is null)
        {
            throw new CommandException(ExitCode.WrongCommand, "wrong_environment", $"{CertificateVariable} and {CertificateKeyVariable} belong together; only one of them is set.");
        }

        try
        {
            return new SuiteClient(new SuiteConnection(address) { Bearer = FindKey(), CaFile = FileOf(CaVariable), CertificateFile = certificate, KeyFile = key });
        }
        catch (System.Security.Cryptography.CryptographicException problem)
        {
            throw new CommandException(ExitCode.WrongCommand, "wrong_environment", $"A file that {CaVariable}, {CertificateVariable} or {CertificateKeyVariable} names is not PEM: {problem.Message}", problem);
        }
    }

    private static string? FindKey()
    {
        foreach (var (text, file) in Places)
        {
            if (Environment.GetEnvironmentVariable(text) is { Length: > 0 } key)
            {
                return key.Trim();
            }

            if (FileOf(file) is { } path)
            {
                return File.ReadAllText(path).Trim();
            }
        }

        return null;
    }

    private static string? FileOf(string variable) => Environment.GetEnvironmentVariable(variable) switch
    {
        null or "" => null,
        var path when File.Exists(path) => path,
        var path => throw new CommandException(ExitCode.WrongCommand, "wrong_environment", $"{variable} is '{path}', which does not exist."),
    };
}
