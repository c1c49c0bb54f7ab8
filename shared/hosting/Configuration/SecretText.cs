namespace LoraMesh.Hosting.Configuration;

/// <summary>A secret that is given as text or as the name of a file. No message ever holds the secret itself.</summary>
public static class SecretText
{
    /// <summary>What is wrong with the pair of settings.</summary>
    public static IEnumerable<string> Problems(string? text, string? file, string name)
    {
        if (file is not null && !File.Exists(file))
        {
            yield return $"{name}File is '{file}', which does not exist";
        }
        else if (file is null && string.IsNullOrEmpty(text))
        {
            yield return $"neither {name} nor {name}File is set";
        }
    }

    /// <summary>The secret; line ends at the end of the file are no part of it.</summary>
    public static string Read(string? text, string? file) => file is null ? text! : File.ReadAllText(file).TrimEnd('\r', '\n');
}
