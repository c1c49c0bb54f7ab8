namespace LoraMesh.Inference.Api;

// Token counts of one request, over all its answers.
internal readonly record struct Usage(int Prompt, int Cached, int Completion);
