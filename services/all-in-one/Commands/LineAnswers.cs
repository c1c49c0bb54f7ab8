using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Formats;

namespace LoraMesh.AllInOne.Commands;

/// <summary>
/// Answers a file of requests, one JSON object a line: as many answers as lines that are not blank, in order, on standard
/// output or in a file. A line that is no request is answered with <c>{"error", "line"}</c>, and the others go on.
/// </summary>
public sealed class LineAnswers(Screen screen)
{
    /// <summary>What <c>--in</c> is called to read standard input.</summary>
    public const string StandardInput = "-";

    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers every line.</summary>
    /// <param name="input">Path of the requests, or <see cref="StandardInput"/>.</param>
    /// <param name="output">Path for the answers; null for standard output.</param>
    /// <param name="answer">Answers one request; a <see cref="LineRefusedException"/> refuses it.</param>
    /// <param name="cancellationToken">Stops between two lines.</param>
    /// <returns>The exit code: done, or refused input where a line was no request.</returns>
    /// <exception cref="CommandException">A file cannot be read or written.</exception>
    public int Run(string input, string? output, Func<LineRequest, JsonObject> answer, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = input == StandardInput ? Console.OpenStandardInput() : File.OpenRead(input);
            using var file = output is null ? null : new StreamWriter(output);
            var (answered, refused) = Answer(stream, file ?? screen.Answers, answer, cancellationToken);
            Tell(output, answered, refused);
            return refused == 0 ? ExitCode.Done : ExitCode.RefusedInput;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.WrongCommand, "no_such_file", failure.Message, failure);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new CommandException(ExitCode.WrongCommand, "no_access", failure.Message, failure);
        }
    }

    private static (int Answered, int Refused) Answer(Stream input, TextWriter output, Func<LineRequest, JsonObject> answer, CancellationToken cancellationToken)
    {
        var (answered, refused) = (0, 0);
        foreach (var (number, line) in ByteLines.Read(input))
        {
            cancellationToken.ThrowIfCancellationRequested();
            JsonObject result;
            try
            {
                result = answer(LineRequest.Parse(line is { } bytes ? bytes.Span : throw new LineRefusedException($"more than {ByteLines.MaxBytes} bytes. Split the request.")));
                answered++;
            }
            catch (LineRefusedException failure)
            {
                result = new JsonObject { ["error"] = $"line {number}: {failure.Message}", ["line"] = number };
                refused++;
            }

            output.WriteLine(result.ToJsonString(Unescaped));
        }

        output.Flush();
        return (answered, refused);
    }

    // Standard output carries the answers; the count goes there only where they go to a file.
    private void Tell(string? output, int answered, int refused)
    {
        if (output is not null && screen.Json)
        {
            screen.Emit(new { answered, refused, output });
        }

        if (output is not null || refused > 0)
        {
            screen.ErrorLine($"{answered} answered, {refused} refused{(output is null ? "" : $"; written to {output}")}");
        }
    }
}
