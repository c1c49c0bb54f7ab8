using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LoraMesh.CommandLine;

/// <summary>Options that several commands have, and what is checked of their values.</summary>
public static partial class SharedOptions
{
    /// <summary>Environment variable that names the suite where --url does not.</summary>
    public const string UrlVariable = "LORAMESH_URL";

    /// <summary>Address of <c>up</c> where nothing else is said.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>Data folder of <c>up</c> where nothing else is said.</summary>
    public const string DefaultData = "./loramesh-data";

    /// <summary><c>--json</c></summary>
    public static Option<bool> Json() => new("--json")
    {
        Description = "Print one JSON object as the last line of standard output; everything else goes to standard error.",
    };

    /// <summary><c>--url</c></summary>
    public static Option<string?> Url() => new("--url")
    {
        Description = $"Address of the running suite. Default: {UrlVariable} from the environment, else {DefaultUrl}.",
        HelpName = "URL",
    };

    /// <summary><c>--config</c></summary>
    public static Option<string?> Config() => new("--config")
    {
        Description = "Settings as in project.yaml; defaults serve where there are none.",
        HelpName = "FILE",
    };

    /// <summary><c>--project</c>, checked to be a project's name.</summary>
    public static Option<string?> Project(bool required)
    {
        var option = new Option<string?>("--project")
        {
            Description = "Project: lower-case letters, digits and dashes; also the model name that clients ask for.",
            HelpName = "P",
            Required = required,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && !ProjectName().IsMatch(name))
            {
                result.AddError($"--project is '{name}'; a project has 1 to 63 lower-case letters, digits and dashes and does not start with a dash.");
            }
        });
        return option;
    }

    /// <summary><c>--version</c>, a version's number.</summary>
    public static Option<int> Version() => new("--version")
    {
        Description = "Version of the adapter, as 'loramesh adapters' lists it.",
        HelpName = "N",
        Required = true,
        CustomParser = argument =>
        {
            var text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0)
            {
                return version;
            }

            argument.AddError($"--version is '{text}'; versions are whole numbers that count from 1.");
            return 0;
        },
    };

    /// <summary><c>--limit</c>, how many entries are listed.</summary>
    public static Option<int> Limit(int usual)
    {
        var option = new Option<int>("--limit") { Description = $"How many are listed at most, 1 to 1000. Default: {usual}.", HelpName = "N", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= 1000))
            {
                result.AddError($"--limit is '{result.Tokens[0].Value}', expected a whole number from 1 to 1000.");
            }
        });
        return option;
    }

    /// <summary>The suite's address from --url, the environment or the default.</summary>
    /// <exception cref="CommandException">It is no http address.</exception>
    public static Uri SuiteAddress(string? url)
    {
        var source = url is not null ? "--url" : UrlVariable;
        var text = url ?? Environment.GetEnvironmentVariable(UrlVariable);
        text = string.IsNullOrWhiteSpace(text) ? DefaultUrl : text;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new CommandException(ExitCode.WrongCommand, "wrong_url", $"{source} is '{text}'; it must be an address such as {DefaultUrl}.");
        }

        return address.AbsolutePath.EndsWith('/') ? address : new Uri(address + "/");
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex ProjectName();
}
