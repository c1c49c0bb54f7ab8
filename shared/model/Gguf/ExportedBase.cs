namespace LoraMesh.Model.Gguf;

/// <summary>What was written of a base model.</summary>
/// <param name="Tensors">Number of tensors.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="ContextLength">Tokens up to which llama.cpp computes the same.</param>
/// <param name="Notes">What a person should know, in sentences.</param>
public sealed record ExportedBase(int Tensors, long Bytes, int ContextLength, IReadOnlyList<string> Notes);
