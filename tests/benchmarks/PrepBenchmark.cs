using System.Diagnostics;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Reading;

namespace LoraMesh.Benchmarks;

/// <summary>Prepares a file of chats: rows a second and a processor second, and the most memory that was held.</summary>
internal static class PrepBenchmark
{
    /// <summary>Writes the chats.</summary>
    public static void Write(string path, int megabytes) => Console.WriteLine($"{ChatRows.Write(path, megabytes * 1_000_000L):N0} rows in {path}");

    /// <summary>Runs it once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">Folder of a base model whose context is 2048 or more.</param>
    /// <param name="everything">Whether duplicates that are only almost equal are looked for as well; they are what other pipelines leave out.</param>
    public static void Run(string path, string model, bool everything)
    {
        var prep = new PrepConfig { MaxSequenceLength = 2048, NearDuplicates = new NearDuplicateConfig { Policy = everything ? NearDuplicatePolicy.Drop : NearDuplicatePolicy.Off } };
        var config = new ProjectConfig { Prep = prep, Training = new TrainingConfig { TokensPerBatch = 2048 } };
        var output = Directory.CreateTempSubdirectory("loramesh-prep-benchmark-").FullName;
        try
        {
            var (processor, clock) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
            var outcome = DatasetBuilder.Build([PrepInput.FromFile(Path.GetFileName(path), path)], model, config, output);
            var (seconds, busy) = (clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
            if (outcome.Rejection is { } rejection)
            {
                Console.Error.WriteLine($"Refused: {rejection.Reason}");
                return;
            }

            var (rows, tokens) = (outcome.Report.RowsRead, outcome.Train!.Tokens + outcome.Test!.Tokens);
            Console.WriteLine($"{rows:N0} rows, {tokens:N0} tokens, {outcome.Report.RowsKept:N0} kept");
            Console.WriteLine($"{seconds:0.0} s, {rows / seconds:N0} rows/s; {busy:0.0} processor s, {rows / busy:N0} rows/s a core; {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:N0} MB at most");
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }
}
