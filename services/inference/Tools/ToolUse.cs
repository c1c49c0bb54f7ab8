using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoraMesh.Inference.Models;
using LoraMesh.Text;

namespace LoraMesh.Inference.Tools;

/// <summary>The tools of a request, and whether they may, must or must not be called.</summary>
/// <param name="Tools">The tools as the template sees them.</param>
/// <param name="Functions">Name, schema of the parameters and place in the request of those that may be called.</param>
/// <param name="IsForced">Whether the answer must be a call.</param>
/// <param name="IsParallel">Whether there may be several.</param>
public sealed record ToolUse(JsonArray Tools, IReadOnlyList<ToolFunction> Functions, bool IsForced, bool IsParallel)
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What a forced answer must look like.</summary>
    public AnswerConstraint Constraint(ToolFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        var calls = new ChoicePart([.. Functions.Select(function => Call(format, function))]);
        var most = IsParallel ? format.MostCalls : 1;
        ConstraintPart whole = new RepeatPart(calls, new LiteralPart(format.Separator), most);
        whole = format.IsArray ? new SequencePart([new LiteralPart("["), whole, new LiteralPart("]")]) : whole;
        var key = new StringBuilder($"tools {format.Open} {most}");
        foreach (var function in Functions)
        {
            key.Append(' ').Append(function.Name).Append(' ').Append(function.Parameters.GetRawText());
        }

        return new AnswerConstraint(whole, key.ToString(), "tools");
    }

    private static SequencePart Call(ToolFormat format, ToolFunction function)
    {
        var open = format.OpensEach ? format.Open + "\n" : "";
        var close = format.OpensEach ? "\n" + format.Close : "";
        return new SequencePart(
        [
            new LiteralPart($"{open}{{\"name\": {JsonSerializer.Serialize(function.Name, Relaxed)}, \"{format.Arguments}\": "),
            new SchemaPart(function.Parameters, function.Place),
            new LiteralPart("}" + close),
        ]);
    }
}
