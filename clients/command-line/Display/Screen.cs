using System.Text;
using System.Text.Json;
using LoraMesh.Contracts;
using Spectre.Console;

namespace LoraMesh.CommandLine.Display;

/// <summary>
/// Where a command writes. With JSON everything for people goes to standard error and standard output carries one
/// object; without, standard output is for people.
/// </summary>
public sealed class Screen
{
    private readonly TextWriter _output;
    private readonly TextWriter _error;

    /// <summary>Makes a screen over two streams.</summary>
    public Screen(bool json, TextWriter output, TextWriter error)
    {
        Json = json;
        _output = output;
        _error = error;
        Console = Make(json ? error : output);
        Errors = Make(error);
    }

    /// <summary>Whether the last line of standard output is a JSON object.</summary>
    public bool Json { get; }

    /// <summary>For people; standard error with JSON.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Standard output, for commands whose result is data, line by line.</summary>
    public TextWriter Answers => _output;

    /// <summary>Standard error.</summary>
    public IAnsiConsole Errors { get; }

    /// <summary>Whether <see cref="Console"/> is a terminal on which bars can move.</summary>
    public bool IsLive => Console.Profile.Out.IsTerminal && Console.Profile.Capabilities.Ansi;

    /// <summary>Makes the screen of this process.</summary>
    public static Screen OfProcess(bool json)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        if (System.Console.OutputEncoding.CodePage != utf8.CodePage)
        {
            System.Console.OutputEncoding = utf8;
        }

        return new Screen(json, System.Console.Out, System.Console.Error);
    }

    /// <summary>Writes one line for people; nothing in it is markup, and it is never broken.</summary>
    public void Line(string text = "") => Write(Console, text);

    /// <summary>Writes one line to standard error.</summary>
    public void ErrorLine(string text) => Write(Errors, text);

    /// <summary>Writes the one JSON object to standard output.</summary>
    public void Emit<T>(T value)
    {
        _output.WriteLine(JsonSerializer.Serialize(value, ContractsJson.Options));
        _output.Flush();
    }

    /// <summary>Says why the command ends, for people and, with JSON, for programs.</summary>
    /// <returns>The exit code.</returns>
    public int Fail(int exitCode, string code, string message)
    {
        ErrorLine($"loramesh: {message}");
        if (Json)
        {
            Emit(new { error = new { code, message } });
        }

        return exitCode;
    }

    /// <inheritdoc cref="Fail(int, string, string)"/>
    public int Fail(CommandException failure) => Fail(failure.ExitCode, failure.Code, failure.Message);

    private void Write(IAnsiConsole console, string text)
    {
        // A live display knows how to let a line pass, but breaks it at the width; a file or pipe wants it whole.
        if (console.Profile.Out.IsTerminal)
        {
            console.WriteLine(text);
            return;
        }

        var writer = ReferenceEquals(console, Errors) || Json ? _error : _output;
        writer.WriteLine(text);
        writer.Flush();
    }

    private static IAnsiConsole Make(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = 120;
        }

        return console;
    }
}
