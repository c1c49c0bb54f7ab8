using System.Runtime.InteropServices;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Formats;
using LoraMesh.Model;

namespace LoraMesh.AllInOne.Commands;

/// <summary>Computes the logits of rows of ids.</summary>
/// <param name="screen">Where the result goes.</param>
/// <param name="loaded">Model and adapter.</param>
public sealed class Logits(Screen screen, LoadedModel loaded)
{
    // One array holds the result.
    private const long MaxNumbers = 500_000_000;

    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    public int Run(string idsFile, string output, CancellationToken cancellationToken)
    {
        var vocabulary = loaded.Model.Config.VocabSize;
        var rows = TokenRows.Read(idsFile, vocabulary);
        var numbers = (long)rows.Rows.Count * rows.Width * vocabulary;
        if (numbers > MaxNumbers)
        {
            throw new CommandException(ExitCode.RefusedInput, "too_large", $"{idsFile} asks for {rows.Rows.Count} × {rows.Width} × {vocabulary} logits; at most {MaxNumbers} are written. Ask for fewer rows.");
        }

        var logits = new float[numbers];
        for (var row = 0; row < rows.Rows.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (start, ids) = rows.Rows[row];
            if (ids.Length > 0)
            {
                // The rows were padded to one width, and a rotary embedding that goes by the length goes by that.
                var batch = new TokenBatch([.. ids.Select(id => (long)id)], [ids.Length]) { PaddedLength = rows.Width };
                using var result = loaded.Model.Logits(batch, loaded.Adapter);
                result.data<float>().CopyTo(logits, checked((int)((((long)row * rows.Width) + start) * vocabulary)));
            }

            screen.ErrorLine($"{row + 1} of {rows.Rows.Count} rows");
        }

        using (var stream = File.Create(output))
        {
            long[] shape = [rows.Rows.Count, rows.Width, vocabulary];
            SafetensorsWriter.Write(stream, [new SafetensorsWriter.Entry("logits", "F32", shape, MemoryMarshal.AsBytes<float>(logits).ToArray())]);
        }

        screen.Line($"Logits of {rows.Rows.Count} rows of {rows.Width} ids written to {output}");
        if (screen.Json)
        {
            screen.Emit(new { output, rows = rows.Rows.Count, width = rows.Width, vocabulary });
        }

        return ExitCode.Done;
    }
}
