namespace LoraMesh.EndToEndTests.LlamaCpp;

/// <summary>A test that needs node-llama-cpp; skipped, with the reason, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeLlamaFactAttribute : FactAttribute
{
    public NodeLlamaFactAttribute() => Skip = NodeLlama.Absence;
}

/// <summary>Several of them with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeLlamaTheoryAttribute : TheoryAttribute
{
    public NodeLlamaTheoryAttribute() => Skip = NodeLlama.Absence;
}
