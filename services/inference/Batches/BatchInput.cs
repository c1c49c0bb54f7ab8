using LoraMesh.Contracts;
using LoraMesh.Formats;

namespace LoraMesh.Inference.Batches;

/// <summary>The requests of a batch's file, one at a time: neither the file nor a line without end comes into memory.</summary>
/// <param name="path">The file.</param>
/// <param name="endpoint">The address that every line has to be for.</param>
/// <param name="maxLineBytes">Longest line that is read.</param>
internal sealed class BatchInput(string path, string endpoint, long maxLineBytes)
{
    private const int MostProblems = 50;

    /// <summary>Reads the file once and says how many requests it has, or what is wrong with it.</summary>
    /// <param name="most">Most requests.</param>
    internal (int Count, IReadOnlyList<BatchProblem> Problems) Check(int most)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var problems = new List<BatchProblem>();
        foreach (var (number, line, problem) in Read())
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

    /// <summary>The lines that are not blank, each with its number, counted from 1, and what is wrong with it.</summary>
    internal IEnumerable<(int Number, BatchLine? Line, BatchProblem? Problem)> Read()
    {
        using var file = File.OpenRead(path);
        foreach (var (number, line) in ByteLines.Read(file, maxLineBytes))
        {
            var (request, problem) = line is { } bytes
                ? BatchLine.Read(bytes, number, endpoint)
                : (null, new BatchProblem("line_too_long", $"The line has more than {maxLineBytes} bytes (Inference:MaxRequestBytes), which is the most that is read. Shorten the request.", null, number));
            yield return (number, request, problem);
        }
    }
}
