using System.Globalization;

namespace LoraMesh.Soak;

/// <summary>How much is done.</summary>
public sealed record SoakOptions
{
    /// <summary>What can be said.</summary>
    public const string Usage = "Options: --drops 1000 --projects 50 --kills 50 --trainers 2 --jobs 12 --seed 1, each a whole number of at least 1.";

    /// <summary>Files dropped, over all projects.</summary>
    public int Drops { get; private set; } = 1000;

    /// <summary>Projects that they are dropped into by turns.</summary>
    public int Projects { get; private set; } = 50;

    /// <summary>Kills, each followed by a start.</summary>
    public int Kills { get; private set; } = 50;

    /// <summary>Trainers of <c>faults</c>.</summary>
    public int Trainers { get; private set; } = 2;

    /// <summary>Trainings of <c>scale</c>, for one trainer and again for three.</summary>
    public int Jobs { get; private set; } = 12;

    /// <summary>Draws who is killed and when.</summary>
    public int Seed { get; private set; } = 1;

    /// <summary>Reads the command line.</summary>
    public static (SoakOptions? Options, string? Problem) Parse(IEnumerable<string> arguments)
    {
        var options = new SoakOptions();
        foreach (var pair in arguments.Chunk(2))
        {
            if (pair is not [var name, var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < 1)
            {
                return (null, $"'{string.Join(' ', pair)}' is no option with a whole number.");
            }

            switch (name)
            {
                case "--drops": options.Drops = value; break;
                case "--projects": options.Projects = value; break;
                case "--kills": options.Kills = value; break;
                case "--trainers": options.Trainers = value; break;
                case "--jobs": options.Jobs = value; break;
                case "--seed": options.Seed = value; break;
                default: return (null, $"There is no option '{name}'.");
            }
        }

        return (options, null);
    }
}
