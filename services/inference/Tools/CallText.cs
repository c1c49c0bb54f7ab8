using System.Text;
using System.Text.Json;

namespace LoraMesh.Inference.Tools;

// The JSON object of one call while it comes: read again from its beginning with each piece, as it is short.
internal sealed class CallText(string argumentsName)
{
    private int _given;
    private bool _isDone;

    public bool IsNamed { get; private set; }

    public Progress Read(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var state = new Found();
        try
        {
            state = Scan(bytes);
        }
        catch (JsonException)
        {
            return new Progress(null, "", null, IsBroken: true);
        }

        if (state.IsStrange || (state.End >= 0 && state.Name is null))
        {
            return new Progress(null, "", null, IsBroken: true);
        }

        var name = IsNamed || state.Name is null || (state.ArgumentsStart < 0 && state.End < 0) ? null : state.Name;
        IsNamed |= name is not null;
        var arguments = "";
        if (IsNamed && state.ArgumentsStart >= 0)
        {
            var end = state.ArgumentsEnd >= 0 ? state.ArgumentsEnd : bytes.Length;
            arguments = Encoding.UTF8.GetString(bytes.AsSpan((state.ArgumentsStart + _given)..end));
            _given = end - state.ArgumentsStart;
        }
        else if (IsNamed && state.End >= 0 && !_isDone)
        {
            // A call without arguments.
            arguments = "{}";
        }

        _isDone |= state.End >= 0;
        return new Progress(name, arguments, state.End < 0 ? null : Encoding.UTF8.GetCharCount(bytes, 0, state.End), IsBroken: false);
    }

    private Found Scan(ReadOnlySpan<byte> bytes)
    {
        var found = new Found();
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, new JsonReaderState());
        if (!reader.Read())
        {
            return found;
        }

        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                found.End = (int)reader.BytesConsumed;
                return found;
            }

            var isName = reader.ValueTextEquals("name");
            var isArguments = reader.ValueTextEquals(argumentsName) || reader.ValueTextEquals("arguments") || reader.ValueTextEquals("parameters");
            if (!reader.Read())
            {
                return found;
            }

            if (isName && reader.TokenType == JsonTokenType.String)
            {
                found.Name = reader.GetString();
                continue;
            }

            found.IsStrange |= isName || (isArguments && reader.TokenType != JsonTokenType.StartObject);
            if (isArguments)
            {
                found.ArgumentsStart = (int)reader.TokenStartIndex;
            }

            if (!reader.TrySkip())
            {
                return found;
            }

            if (isArguments)
            {
                found.ArgumentsEnd = (int)reader.BytesConsumed;
            }
        }

        return found;
    }

    // Name: the function's, once. Arguments: what is new of them. End: where the call ends in the text.
    public readonly record struct Progress(string? Name, string Arguments, int? End, bool IsBroken);

    private struct Found()
    {
        public string? Name;
        public int ArgumentsStart = -1;
        public int ArgumentsEnd = -1;
        public int End = -1;
        public bool IsStrange;
    }
}
