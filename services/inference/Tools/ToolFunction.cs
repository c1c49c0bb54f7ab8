using System.Text.Json;

namespace LoraMesh.Inference.Tools;

/// <summary>A function that may be called.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">JSON schema of its arguments.</param>
/// <param name="Place">Where the schema stands in the request.</param>
public sealed record ToolFunction(string Name, JsonElement Parameters, string Place);
