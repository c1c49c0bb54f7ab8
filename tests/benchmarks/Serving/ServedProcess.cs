using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LoraMesh.Benchmarks.Serving;

/// <summary>A server in a process of its own, so that the processor time of who asks is not counted as its.</summary>
internal sealed class ServedProcess : IDisposable
{
    // As on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;

    private ServedProcess(Process process, Uri address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };
    }

    internal HttpClient Client { get; }

    /// <summary>Processor seconds of the process and of those that it started, so far.</summary>
    internal double CpuSeconds
    {
        get
        {
            var all = Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)).Select(Stat).OfType<(int Id, int Parent, double Seconds)>().ToList();
            HashSet<int> family = [_process.Id];
            for (var before = 0; before != family.Count;)
            {
                before = family.Count;
                family.UnionWith(all.Where(process => family.Contains(process.Parent)).Select(process => process.Id));
            }

            return all.Where(process => family.Contains(process.Id)).Sum(process => process.Seconds);
        }
    }

    /// <summary>Starts a program, whose arguments are given a free port, and waits until a path answers with 200.</summary>
    internal static async Task<ServedProcess> StartAsync(string program, Func<int, IEnumerable<string>> arguments, string folder, string ready)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments(port))
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        var last = "";
        process.OutputDataReceived += (_, line) => last = line.Data ?? last;
        process.ErrorDataReceived += (_, line) => last = line.Data ?? last;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var served = new ServedProcess(process, new Uri($"http://127.0.0.1:{port}"));
        for (var started = Stopwatch.GetTimestamp(); !await served.IsReadyAsync(ready); await Task.Delay(200))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
            {
                served.Dispose();
                throw new InvalidOperationException($"{program} does not answer on port {port}. Its last words: {last}");
            }
        }

        return served;
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task<bool> IsReadyAsync(string path)
    {
        try
        {
            using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // The name, which may hold anything, ends with the last bracket; user and system time are fields 14 and 15.
    private static (int Id, int Parent, double Seconds)? Stat(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture), int.Parse(fields[1], CultureInfo.InvariantCulture),
                (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
        }
        catch (IOException)
        {
            return null; // It has ended meanwhile.
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
