using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Hooks;

namespace LoraMesh.Evaluator.Hooks;

/// <summary>Asks a program: rows on its standard input, numbers on its standard output, bounded in time, memory and output. It sees no settings of the service.</summary>
internal static class ProcessHook
{
    private const int LongestLine = 256;
    private const int ErrorTail = 2000;

    internal static async Task<double[]> ScoreAsync(MetricHookOptions hook, IReadOnlyList<HookRow> rows, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(hook.Timeout);
        using var process = Start(hook);
        try
        {
            var errors = ReadTailAsync(process.StandardError, patience.Token);
            var writing = WriteAsync(process.StandardInput, rows, patience.Token);
            var scores = await ReadAsync(process.StandardOutput, rows.Count, patience.Token);
            await writing;
            await process.WaitForExitAsync(patience.Token);
            var error = await errors;
            return process.ExitCode == 0
                ? scores ?? throw new HookFailedException($"it did not write one number for each of {rows.Count} rows. It said: {error}")
                : throw new HookFailedException($"it ended with exit code {process.ExitCode}; more memory than {hook.MemoryBytes} bytes may be a cause. It said: {error}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HookFailedException($"it took longer than {hook.Timeout.TotalSeconds:0} s");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Start(MetricHookOptions hook)
    {
        var start = OperatorProgram.Describe(hook.Command, hook.MemoryBytes);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError, start.StandardInputEncoding) = (true, true, true, new UTF8Encoding(false));
        return Process.Start(start) ?? throw new HookFailedException("it could not be started");
    }

    private static async Task WriteAsync(StreamWriter input, IReadOnlyList<HookRow> rows, CancellationToken cancellationToken)
    {
        try
        {
            await using (input)
            {
                foreach (var row in rows)
                {
                    await input.WriteAsync((JsonSerializer.Serialize(row, ContractsJson.Options) + "\n").AsMemory(), cancellationToken);
                }
            }
        }
        catch (IOException)
        {
            // It reads no further; its exit code and its numbers tell whether that was right.
        }
    }

    private static async Task<double[]?> ReadAsync(StreamReader output, int rows, CancellationToken cancellationToken)
    {
        var scores = new List<double>(rows);
        var (line, whole, buffer) = (new StringBuilder(), true, new char[4096]);
        int read;
        while ((read = await output.ReadAsync(buffer.AsMemory(), cancellationToken)) > 0)
        {
            // After the first thing that is no number the rest is read only so that the program can end.
            for (var i = 0; i < read && whole; i++)
            {
                if (buffer[i] != '\n')
                {
                    whole = line.Length < LongestLine;
                    line.Append(buffer[i]);
                    continue;
                }

                whole = scores.Count < rows && Add(scores, line.ToString());
                line.Clear();
            }
        }

        whole = whole && (line.Length == 0 || Add(scores, line.ToString()));
        return whole && scores.Count == rows ? [.. scores] : null;
    }

    private static bool Add(List<double> scores, string line)
    {
        if (!double.TryParse(line.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var score) || !double.IsFinite(score))
        {
            return false;
        }

        scores.Add(score);
        return true;
    }

    private static async Task<string> ReadTailAsync(StreamReader errors, CancellationToken cancellationToken)
    {
        var (tail, buffer) = (string.Empty, new char[4096]);
        int read;
        while ((read = await errors.ReadAsync(buffer.AsMemory(), cancellationToken)) > 0)
        {
            tail += new string(buffer, 0, read);
            tail = tail.Length > ErrorTail ? tail[^ErrorTail..] : tail;
        }

        return tail.Trim() is { Length: > 0 } said ? said : "nothing";
    }
}
