using System.ComponentModel;
using System.Diagnostics;
using LoraMesh.Hosting.Hooks;

namespace LoraMesh.DatasetPrep.Cleaning.Toxicity;

/// <summary>Asks a program: a request is a line on its standard input, an answer a line on its standard output. It is started once, sees no settings of the service, and is ended with the work.</summary>
internal sealed class ProcessToxicityHook : ToxicityHook
{
    private readonly TimeSpan _timeLimit;
    private readonly Process _process;
    private readonly byte[] _buffer = new byte[MaxAnswerBytes];
    private volatile bool _ended;

    public ProcessToxicityHook(string[] command, TimeSpan timeLimit)
    {
        _timeLimit = timeLimit;
        var start = OperatorProgram.Describe(command);
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        try
        {
            _process = Process.Start(start) ?? throw new ToxicityHookException($"{command[0]} cannot be started");
        }
        catch (Win32Exception error)
        {
            throw new ToxicityHookException($"{command[0]} cannot be started: {error.Message}", error);
        }
    }

    public override void Dispose()
    {
        End();
        _process.Dispose();
    }

    // Reading and writing a pipe cannot be interrupted; ending the program ends both.
    protected override ReadOnlyMemory<byte> Ask(byte[] request, CancellationToken cancellationToken)
    {
        using var cancelled = cancellationToken.Register(End);
        using var late = new Timer(_ => End(), null, _timeLimit, Timeout.InfiniteTimeSpan);
        try
        {
            var input = _process.StandardInput.BaseStream;
            input.Write(request);
            input.WriteByte((byte)'\n');
            input.Flush();
            var length = 0;
            while (_buffer.AsSpan(0, length).IndexOf((byte)'\n') is var end)
            {
                if (end >= 0)
                {
                    return _buffer.AsMemory(0, end);
                }

                if (length == _buffer.Length)
                {
                    throw new ToxicityHookException($"its answer has more than {MaxAnswerBytes} bytes");
                }

                var read = _process.StandardOutput.BaseStream.Read(_buffer, length, _buffer.Length - length);
                length += read > 0 ? read : throw Broken(null, cancellationToken);
            }
        }
        catch (IOException error)
        {
            throw Broken(error, cancellationToken);
        }

        return default;
    }

    private ToxicityHookException Broken(Exception? error, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ToxicityHookException(_ended ? $"it gave no answer within {_timeLimit.TotalSeconds:0.#} s" : "it ended before it answered", error);
    }

    private void End()
    {
        _ended = true;
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            // It has ended already.
        }
    }
}
