using System.Text;

namespace LoraMesh.Inference.Tools;

/// <summary>
/// Tells calls from text while an answer is generated: the name of a function as soon as it is known, its arguments as
/// they come. What looks like a call and turns out to be none is text. For one answer and one thread.
/// </summary>
/// <param name="format">How the model writes calls.</param>
/// <param name="isInside">Whether the opening of the calls stands in the prompt already.</param>
public sealed class ToolCallReader(ToolFormat format, bool isInside = false)
{
    // Llama 3.1 writes it before calls of its built-in tools, and at times before others.
    private const string PythonTag = "<|python_tag|>";

    private readonly StringBuilder _held = new();
    private State _state = isInside ? State.Between : State.Text;
    private CallText? _call;
    private bool _hasText;

    private enum State
    {
        // Outside of calls.
        Text,

        // Where a call may begin.
        Between,

        // Within a call.
        Call,
    }

    /// <summary>Calls so far.</summary>
    public int Calls { get; private set; }

    /// <summary>Takes the next piece of the answer.</summary>
    public IReadOnlyList<ToolCallPiece> Push(string text)
    {
        _held.Append(text);
        var pieces = new List<ToolCallPiece>();
        while (_state switch { State.Text => ReadText(pieces), State.Between => ReadBetween(), _ => ReadCall(pieces) })
        {
        }

        return pieces;
    }

    /// <summary>The answer has ended: gives what was held back.</summary>
    public IReadOnlyList<ToolCallPiece> Flush()
    {
        var pieces = new List<ToolCallPiece>();
        // What has begun as a call stays one, cut off as it is; white space between calls is nobody's.
        if (_call is not { IsNamed: true } && (Calls == 0 || _held.ToString().AsSpan().TrimStart("\n ;,]").Length > 0))
        {
            Give(pieces, _held.Length);
        }

        return pieces;
    }

    // Each of these returns whether there is more to be done with what is held.
    private bool ReadText(List<ToolCallPiece> pieces)
    {
        if (format.Open.Length == 0)
        {
            return ReadStart(pieces);
        }

        var text = _held.ToString();
        var at = text.IndexOf(format.Open, StringComparison.Ordinal);
        if (at >= 0)
        {
            // Line ends before a call belong to it.
            Add(pieces, text[..at].TrimEnd('\n'));
            _held.Remove(0, at + format.Open.Length);
            _state = State.Between;
            return true;
        }

        // A part of the opening at the end may become all of it.
        var keep = Math.Min(format.Open.Length - 1, text.Length);
        while (keep > 0 && !format.Open.AsSpan().StartsWith(text.AsSpan(text.Length - keep)))
        {
            keep--;
        }

        Give(pieces, text.AsSpan(0, text.Length - keep).TrimEnd('\n').Length);
        return false;
    }

    // Without an opening, the first letter decides: a brace is a call.
    private bool ReadStart(List<ToolCallPiece> pieces)
    {
        var text = _held.ToString();
        var rest = text.AsSpan().TrimStart();
        if (!_hasText && (rest.IsEmpty || PythonTag.AsSpan().StartsWith(rest)))
        {
            return false;
        }

        rest = rest.StartsWith(PythonTag) ? rest[PythonTag.Length..] : rest;
        if (!_hasText && rest is ['{', ..])
        {
            _held.Remove(0, text.Length - rest.Length);
            _state = State.Between;
            return true;
        }

        Give(pieces, text.Length);
        return false;
    }

    private bool ReadBetween()
    {
        var text = _held.ToString();
        var rest = text.AsSpan().TrimStart(format.IsArray ? " \n\r\t[," : " \n\r\t;");
        if (rest.IsEmpty)
        {
            return false;
        }

        if (rest[0] == '{')
        {
            _held.Remove(0, text.Length - rest.Length);
            _call = new CallText(format.Arguments);
            _state = State.Call;
            return true;
        }

        if (format.IsArray && rest[0] == ']')
        {
            rest = rest[1..];
        }

        _held.Remove(0, text.Length - rest.Length);
        _state = State.Text;
        _hasText = true;
        return _held.Length > 0;
    }

    private bool ReadCall(List<ToolCallPiece> pieces)
    {
        var progress = _call!.Read(_held.ToString());
        if (progress.Name is { } name)
        {
            pieces.Add(new ToolCallPiece("", Calls, NewId(), name));
            Calls++;
        }

        if (progress.Arguments.Length > 0)
        {
            pieces.Add(new ToolCallPiece(progress.Arguments, Calls - 1));
        }

        if (progress.IsBroken)
        {
            // Half a call stays what it was; what is none is text.
            if (!_call.IsNamed)
            {
                Give(pieces, _held.Length);
            }

            _held.Clear();
            _call = null;
            _state = State.Text;
            return false;
        }

        if (progress.End is not { } end)
        {
            return false;
        }

        var text = _held.ToString();
        var after = text.AsSpan(end);
        if (format.OpensEach)
        {
            var trimmed = after.TrimStart();
            if (trimmed.Length < format.Close.Length && format.Close.AsSpan().StartsWith(trimmed))
            {
                return false;
            }

            after = trimmed.StartsWith(format.Close) ? trimmed[format.Close.Length..] : trimmed;
        }

        _held.Remove(0, text.Length - after.Length);
        _call = null;
        _state = format.OpensEach ? State.Text : State.Between;
        return _held.Length > 0;
    }

    private void Give(List<ToolCallPiece> pieces, int length)
    {
        var text = _held.ToString(0, length);
        _held.Remove(0, length);
        Add(pieces, text);
    }

    private void Add(List<ToolCallPiece> pieces, string text)
    {
        if (text.Length > 0)
        {
            _hasText = true;
            pieces.Add(new ToolCallPiece(text));
        }
    }

    private string NewId() => format.IdLength < 20 ? Guid.NewGuid().ToString("N")[..format.IdLength] : "call_" + Guid.NewGuid().ToString("N")[..format.IdLength];
}
