using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LoraMesh.Containers;

/// <summary>One service as a process of its own. It can be killed, or told to stop, and started again at the same address with the same folder.</summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    private const int MaxLines = 5000;
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(3);

    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly HttpClient _http;
    private readonly string _scheme;
    private readonly IReadOnlyList<string> _launcher;
    private Process? _process;
    private Uri? _address;

    /// <summary>Makes one; nothing runs yet.</summary>
    /// <param name="service">The service, such as <c>dataset-prep</c>.</param>
    /// <param name="number">Its number among the processes of the service, from 1.</param>
    /// <param name="settings">Its environment, besides this process's own.</param>
    /// <param name="certificates">With them it answers over TLS alone.</param>
    /// <param name="launcher">What it is started under; none where empty.</param>
    internal ServiceProcess(string service, int number, IReadOnlyDictionary<string, string> settings, MeshCertificates? certificates, IReadOnlyList<string> launcher)
    {
        (Service, Number, _settings, _scheme, _launcher) = (service, number, settings, certificates is null ? "http" : "https", launcher);
        _http = new HttpClient(certificates?.Handler() ?? new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(10) };
    }

    /// <summary>The service.</summary>
    public string Service { get; }

    /// <summary>Its number among the processes of its service, from 1.</summary>
    public int Number { get; }

    /// <summary>Folder with one published service a folder that it is started from, such as those of an earlier version; null for those of this build. Holds from the next start on.</summary>
    public string? Programs { get; set; }

    /// <summary>Where it answers; known once it was started.</summary>
    public Uri Address => _address ?? throw new InvalidOperationException($"{this} was not started yet.");

    /// <summary>Whether it runs at this moment.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The newest lines that it wrote, over all its lives.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>Starts it, and comes back when it says that it is ready.</summary>
    /// <exception cref="MeshException">It ended, or was not ready within three minutes.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        Launch();
        await WaitUntilReadyAsync(cancellationToken);
    }

    /// <summary>Starts it without waiting, such as where what it needs is away.</summary>
    public void Launch()
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"{this} runs already.");
        }

        _process?.Dispose();
        string[] command = [.. _launcher, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ServicePrograms.Find(Service, Programs)];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_URLS"] = _address?.ToString() ?? $"{_scheme}://127.0.0.1:0";
        start.Environment["MASSTRANSIT_USAGE_TELEMETRY"] = "false";
        foreach (var (key, value) in _settings)
        {
            start.Environment[key] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits until it says that it is ready.</summary>
    /// <exception cref="MeshException">It ended, or was not ready within three minutes.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartTime);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        try
        {
            while (await HealthAsync(limit.Token) != "healthy")
            {
                if (!IsRunning)
                {
                    throw new MeshException($"{this} ended with exit code {_process?.ExitCode.ToString(CultureInfo.InvariantCulture) ?? "none"} before it was ready.\n{Tail()}");
                }

                await timer.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MeshException($"{this} was not ready within {StartTime}.\n{Tail()}");
        }
    }

    /// <summary>What it says of itself: <c>healthy</c>, <c>degraded</c> (it goes on, but the broker is away), <c>unhealthy</c> (the store is away), or null where it does not answer.</summary>
    public async Task<string?> HealthAsync(CancellationToken cancellationToken = default)
    {
        if (_address is null)
        {
            return null;
        }

        try
        {
            using var answer = await _http.GetAsync(new Uri(_address, "health/ready"), cancellationToken);
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
            return body.RootElement.GetProperty("status").GetString();
        }
        catch (Exception silent) when (silent is HttpRequestException or JsonException or TaskCanceledException { InnerException: TimeoutException })
        {
            return null;
        }
    }

    /// <summary>SIGKILL: ends it as the machine's end would; no handler runs.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>SIGTERM: lets it end by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync(CancellationToken cancellationToken = default)
    {
        var process = _process ?? throw new InvalidOperationException($"{this} was not started.");
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync(cancellationToken);
        }

        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <summary>The last lines that it wrote.</summary>
    public string Tail(int lines = 60) => $"--- {this}\n{string.Join('\n', Lines.TakeLast(lines))}";

    /// <inheritdoc/>
    public override string ToString() => $"{Service}-{Number}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        _http.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        if (_lines.Count > MaxLines)
        {
            _lines.TryDequeue(out _);
        }

        if (_address is null && ListeningLine().Match(line) is { Success: true } match)
        {
            _address = new Uri(match.Groups[1].Value);
        }
    }

    [GeneratedRegex(@"Now listening on: (https?://\S+)")]
    private static partial Regex ListeningLine();
}
