namespace LoraMesh.Inference.Engine;

// Under which adapter a sequence is computed: its content's digest, null for the base alone, and whether it is pairs of matrices only.
internal readonly record struct ServedPrefix(byte[]? Digest, bool IsPlain);
