using System.Text.Json;
using LoraMesh.Containers;
using LoraMesh.Contracts;

namespace LoraMesh.Soak;

/// <summary>Runs one soak: <c>faults</c> or <c>scale</c>. See README.md beside this file.</summary>
public static class Program
{
    /// <summary>Runs it.</summary>
    /// <returns>0 all held, 1 something did not, 2 the command was wrong.</returns>
    public static async Task<int> Main(string[] args)
    {
        var (options, problem) = SoakOptions.Parse(args.Skip(1));
        if (problem is not null || args is not ["faults" or "scale", ..])
        {
            await Console.Error.WriteLineAsync($"{problem ?? "Say which: faults or scale."} {SoakOptions.Usage}");
            return 2;
        }

        if (DockerEngine.Absence is { } absence)
        {
            await Console.Error.WriteLineAsync($"No containers: {absence}");
            return 1;
        }

        object report = args[0] == "faults" ? await FaultSoak.RunAsync(options!) : await ScaleSoak.RunAsync(options!);
        Console.WriteLine(JsonSerializer.Serialize(report, ContractsJson.Options));
        return report is FaultReport { Problems.Count: > 0 } ? 1 : 0;
    }
}
