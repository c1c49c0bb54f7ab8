using System.Text.RegularExpressions;

namespace LoraMesh.Model;

/// <summary>
/// The regular expressions of adapter configurations, written for Python's <c>re</c>. What the two languages write
/// differently is translated; what .NET does not know is refused, never guessed. Matching is bounded in time.
/// </summary>
internal sealed class PythonPattern
{
    private const int MaxLength = 4096;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly Regex _regex;
    private readonly string _field;

    private PythonPattern(string field, string pattern, string frame)
    {
        _field = field;
        try
        {
            // Python writes named groups and the references to them with a P.
            var own = pattern.Replace("(?P<", "(?<", StringComparison.Ordinal);
            own = Regex.Replace(own, @"\(\?P=(\w+)\)", @"\k<$1>", RegexOptions.CultureInvariant, Limit);
            _regex = pattern.Length <= MaxLength
                ? new Regex(string.Format(System.Globalization.CultureInfo.InvariantCulture, frame, own), RegexOptions.CultureInvariant, Limit)
                : throw new UnsupportedModelException($"{field} is a pattern of {pattern.Length} characters; at most {MaxLength} are read.");
        }
        catch (ArgumentException problem)
        {
            throw new UnsupportedModelException($"{field} is '{pattern}', which cannot be read as a regular expression: {problem.Message}");
        }
    }

    /// <summary>A pattern that must match a whole path, as <c>re.fullmatch</c>.</summary>
    internal static PythonPattern Whole(string field, string pattern) => new(field, pattern, @"\A(?:{0})\z");

    /// <summary>A pattern that must match the end of a path from the start of one of its parts.</summary>
    internal static PythonPattern Ending(string field, string pattern) => new(field, pattern, @"\A(?:.*\.)?(?:{0})\z");

    /// <summary>A pattern that must match a path or the path of a module above it.</summary>
    internal static PythonPattern Part(string field, string pattern) => new(field, pattern, @"\A(?:|.*\.)(?:{0})(?:\z|\.)");

    /// <summary>A pattern that must match the name of the list before the first number of a path; the number is group 1.</summary>
    internal static PythonPattern Layer(string field, string pattern) => new(field, pattern, @"\A.*?\.(?:{0})\.(?<layer>[0-9]+)\.");

    internal bool Matches(string path) => Find(path).Success;

    /// <summary>The layer number that a <see cref="Layer"/> pattern finds, or null.</summary>
    internal int? LayerOf(string path) =>
        Find(path) is { Success: true } match && int.TryParse(match.Groups["layer"].ValueSpan, out var layer) ? layer : null;

    private Match Find(string path)
    {
        try
        {
            return _regex.Match(path);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new UnsupportedModelException($"{_field}: the pattern takes more than {Limit.TotalSeconds:0} s on '{path}'. Write it without nested repetitions, or list the modules.");
        }
    }
}
