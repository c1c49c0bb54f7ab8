using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using LoraMesh.Contracts;

namespace LoraMesh.Inference.Batches;

/// <summary>The lines of a batch's file, one at a time: neither the file nor a line without end comes into memory.</summary>
/// <param name="path">The file.</param>
/// <param name="endpoint">The address that every line has to be for.</param>
/// <param name="maxLineBytes">Longest line that is read.</param>
internal sealed class BatchInput(string path, string endpoint, long maxLineBytes)
{
    private const int MostProblems = 50;

    /// <summary>Reads the file once and says how many requests it has, or what is wrong with it.</summary>
    /// <param name="most">Most requests.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal async Task<(int Count, IReadOnlyList<BatchProblem> Problems)> CheckAsync(int most, CancellationToken cancellationToken)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var problems = new List<BatchProblem>();
        await foreach (var (number, line, problem) in ReadAsync(cancellationToken))
        {
            if (problem is not null)
            {
                problems.Add(problem);
            }
            else if (!ids.TryAdd(line!.CustomId, number))
            {
                problems.Add(new BatchProblem("duplicate_custom_id", $"'custom_id' is \"{line.CustomId}\", as on line {ids[line.CustomId]}; answers could not be told apart.", "custom_id", number));
            }

            if (ids.Count > most)
            {
                problems.Add(new BatchProblem("too_many_tasks", $"The file has more than {most} requests (Inference:MaxBatchRequests). Split it.", null, number));
            }

            if (problems.Count == MostProblems || ids.Count > most)
            {
                break;
            }
        }

        if (ids.Count == 0 && problems.Count == 0)
        {
            problems.Add(new BatchProblem("empty_file", "The file has no request; expected a JSON object on every line.", null, null));
        }

        return (ids.Count, problems);
    }

    /// <summary>The lines that are not empty, each with its number, counted from 1, and what is wrong with it.</summary>
    internal async IAsyncEnumerable<(int Number, BatchLine? Line, BatchProblem? Problem)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var reader = PipeReader.Create(file);
        var number = 0;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (Next(ref rest, read.IsCompleted) is { } line)
            {
                number++;
                if (!string.IsNullOrWhiteSpace(System.Text.Encoding.UTF8.GetString(line.AsSpan(0, Math.Min(line.Length, 256)))))
                {
                    var (request, problem) = BatchLine.Read(line, number, endpoint);
                    yield return (number, request, problem);
                }
            }

            if (rest.Length > maxLineBytes)
            {
                yield return (number + 1, null, new BatchProblem("line_too_long", $"The line has more than {maxLineBytes} bytes (Inference:MaxRequestBytes), which is the most that is read; nothing after it was read.", null, number + 1));
                yield break;
            }

            if (read.IsCompleted)
            {
                yield break;
            }

            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static byte[]? Next(ref ReadOnlySequence<byte> rest, bool isLast)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            var line = rest.Slice(0, end).ToArray();
            rest = rest.Slice(rest.GetPosition(1, end));
            return line;
        }

        if (!isLast || rest.IsEmpty)
        {
            return null;
        }

        var last = rest.ToArray();
        rest = rest.Slice(rest.End);
        return last;
    }
}
