using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LoraMesh.EndToEndTests.AirGap;

/// <summary>
/// What a process and its threads and children try to reach, as the system's kernel sees it: native libraries and failed
/// tries are told as well. Needs strace.
/// </summary>
public sealed partial class NetworkTrace(string file)
{
    /// <summary>Why no process can be watched here; null where one can.</summary>
    public static string? Absence { get; } = File.Exists("/var/run/nscd/socket")
        ? "nscd runs here, and looks names up in the place of the process that is watched"
        : Works("strace", "-qq", "-e", "trace=connect", "true") ? null : "strace is not installed, or the system lets nobody watch a process (ptrace)";

    /// <summary>What to put before a command so that it is watched; its process id stays its own.</summary>
    public IReadOnlyList<string> Launcher =>
        ["strace", "-D", "-f", "--seccomp-bpf", "-qq", "-s", "0", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-e", "signal=none", "-o", file];

    /// <summary>Everything that was reached for so far.</summary>
    public IReadOnlyList<Reached> Read() => [.. File.Exists(file) ? File.ReadLines(file).SelectMany(Parse) : []];

    /// <summary>Whether a program runs and ends with exit code 0.</summary>
    public static bool Works(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    // Calls on a socket that is connected already name no address; kernel sockets (netlink) reach nobody.
    private static IEnumerable<Reached> Parse(string line)
    {
        var call = CallName().Match(line).Groups[1].Value;
        foreach (Match match in Inet().Matches(line))
        {
            var address = match.Groups["address"].Value;
            yield return new Reached(call, "inet", address.StartsWith("::ffff:", StringComparison.Ordinal) ? address[7..] : address, int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture));
        }

        foreach (Match match in Unix().Matches(line))
        {
            yield return new Reached(call, "unix", match.Groups["path"].Value, 0);
        }
    }

    [GeneratedRegex(@"^(?:\d+ +)?(\w+)\(")]
    private static partial Regex CallName();

    [GeneratedRegex("""sin6?_port=htons\((?<port>\d+)\), (?:sin6_flowinfo=\w+\(\d+\), )?(?:sin_addr=inet_addr\(|inet_pton\(AF_INET6, )"(?<address>[^"]+)"\)?""")]
    private static partial Regex Inet();

    [GeneratedRegex("""sa_family=AF_UNIX, sun_path=@?"(?<path>[^"]*)""")]
    private static partial Regex Unix();
}
