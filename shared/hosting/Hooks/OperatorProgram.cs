using System.Diagnostics;
using System.Globalization;

namespace LoraMesh.Hosting.Hooks;

/// <summary>How programs are started that the operator names in the settings: they see no setting of the service, and no secret among them.</summary>
public static class OperatorProgram
{
    private const string UsualPath = "/usr/local/bin:/usr/bin:/bin";

    /// <summary>What starts a program with an environment of <c>PATH</c> and <c>LANG</c> alone; what is redirected is the caller's to say.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="memoryBytes">Its largest address space in bytes; null for no bound.</param>
    public static ProcessStartInfo Describe(IReadOnlyList<string> command, long? memoryBytes = null)
    {
        ArgumentNullException.ThrowIfNull(command);
        // The shell bounds its own address space and becomes the program.
        string[] started = memoryBytes is { } bytes
            ? ["/bin/sh", "-c", "ulimit -v \"$0\" && exec \"$@\"", (bytes / 1024).ToString(CultureInfo.InvariantCulture), .. command]
            : [.. command];
        var start = new ProcessStartInfo(started[0], started[1..]) { UseShellExecute = false };
        var path = start.Environment.TryGetValue("PATH", out var known) ? known : UsualPath;
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["LANG"] = "C.UTF-8";
        return start;
    }
}
