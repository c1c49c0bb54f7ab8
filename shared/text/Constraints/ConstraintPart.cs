using System.Text.Json;

namespace LoraMesh.Text;

/// <summary>A part of what an answer must look like. The place is where the request asks for it; errors name it.</summary>
public abstract record ConstraintPart
{
    private protected ConstraintPart()
    {
    }
}

/// <summary>Exactly this text.</summary>
/// <param name="Value">The text.</param>
public sealed record LiteralPart(string Value) : ConstraintPart;

/// <summary>The whole of what a regular expression matches; see <see cref="TextConstraint"/>.</summary>
/// <param name="Pattern">The expression.</param>
/// <param name="Place">Where it stands in the request.</param>
public sealed record PatternPart(string Pattern, string Place) : ConstraintPart;

/// <summary>A JSON text that is valid under a schema; see <see cref="TextConstraint"/>.</summary>
/// <param name="Schema">The schema, also what its references are resolved in.</param>
/// <param name="Place">Where it stands in the request.</param>
public sealed record SchemaPart(JsonElement Schema, string Place) : ConstraintPart;

/// <summary>Any JSON object.</summary>
public sealed record ObjectPart : ConstraintPart;

/// <summary>Any one of several.</summary>
/// <param name="Options">At least one.</param>
public sealed record ChoicePart(IReadOnlyList<ConstraintPart> Options) : ConstraintPart;

/// <summary>One after the other.</summary>
/// <param name="Items">In order.</param>
public sealed record SequencePart(IReadOnlyList<ConstraintPart> Items) : ConstraintPart;

/// <summary>The same, once or several times, with something between.</summary>
/// <param name="Body">What is repeated.</param>
/// <param name="Separator">What stands between two.</param>
/// <param name="Most">How many times at most.</param>
public sealed record RepeatPart(ConstraintPart Body, ConstraintPart Separator, int Most) : ConstraintPart;
