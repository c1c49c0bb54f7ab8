using System.Collections.Concurrent;
using System.Diagnostics;

namespace LoraMesh.EndToEndTests.Fixtures;

/// <summary>One <c>loramesh</c> as a process of its own, as a user would start it.</summary>
public sealed class LorameshProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly string _awaited;
    private readonly TaskCompletionSource<string> _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LorameshProcess(string[] arguments, string awaited, IReadOnlyDictionary<string, string>? environment = null, IReadOnlyList<string>? launcher = null)
    {
        _awaited = awaited;
        string[] command = [.. launcher ?? [], Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "loramesh.dll"), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };

        start.Environment.Remove("LORAMESH_URL");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Take(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Everything that it wrote, for messages of failed assertions.</summary>
    public string Everything => $"stdout:\n{string.Join('\n', _output)}\nstderr:\n{string.Join('\n', _errors)}";

    /// <summary>Starts it and gives control back at once.</summary>
    public static LorameshProcess Start(params string[] arguments) => new(arguments, awaited: "\0");

    /// <summary>Starts it and waits for a line that contains <paramref name="line"/>.</summary>
    /// <returns>The process and the line.</returns>
    public static async Task<(LorameshProcess Process, string Line)> StartUntilAsync(string line, params string[] arguments)
    {
        var process = new LorameshProcess(arguments, line);
        var ended = process.WaitAsync();
        var first = await Task.WhenAny(process._seen.Task, ended);
        Assert.True(first == process._seen.Task, $"loramesh ended before it wrote '{line}'.\n{process.Everything}");
        return (process, await process._seen.Task);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<CommandOutcome> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        return await process.WaitAsync();
    }

    /// <summary>Runs it to its end with variables of the environment set.</summary>
    public static async Task<CommandOutcome> RunWithAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        await using var process = new LorameshProcess(arguments, awaited: "\0", environment);
        return await process.WaitAsync();
    }

    /// <summary>Runs it to its end under another program, such as one that watches it.</summary>
    public static async Task<CommandOutcome> RunUnderAsync(IReadOnlyList<string> launcher, params string[] arguments)
    {
        await using var process = new LorameshProcess(arguments, awaited: "\0", launcher: launcher);
        return await process.WaitAsync();
    }

    /// <summary>Waits for its end; eight minutes at most, ten times what it should need.</summary>
    public async Task<CommandOutcome> WaitAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(8));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"loramesh did not end within eight minutes.\n{Everything}");
        }

        return new CommandOutcome(_process.ExitCode, [.. _output], [.. _errors]);
    }

    /// <summary>Kills it as the machine's end would: no handler runs.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Take(ConcurrentQueue<string> lines, string? line)
    {
        if (line is null)
        {
            return;
        }

        lines.Enqueue(line);
        if (line.Contains(_awaited, StringComparison.Ordinal))
        {
            _seen.TrySetResult(line);
        }
    }
}
