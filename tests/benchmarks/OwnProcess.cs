using System.Diagnostics;
using System.Globalization;

namespace LoraMesh.Benchmarks;

/// <summary>This program in a process of its own, for what would otherwise carry the traces of what ran before.</summary>
internal static class OwnProcess
{
    /// <summary>Runs it with some arguments.</summary>
    /// <returns>The two figures that it writes, with a blank between them.</returns>
    /// <exception cref="InvalidOperationException">It failed; its message is on standard error.</exception>
    internal static (double First, double Second) Measure(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(typeof(OwnProcess).Assembly.Location);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{string.Join(' ', arguments)}' ended with {process.ExitCode}; its message is above.");
        }

        var figures = answer.Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
        return (figures[0], figures[1]);
    }
}
