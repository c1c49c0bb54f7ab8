using LoraMesh.Inference.Models;

namespace LoraMesh.Inference.Api;

// What every part of one answer says of it.
internal sealed record AnswerHead(string Id, long Created, string Model, string Fingerprint, TokenTexts Tokens)
{
    public static AnswerHead New(string prefix, ServedModel served, string model, TimeProvider time) =>
        new($"{prefix}-{Guid.NewGuid():N}", time.GetUtcNow().ToUnixTimeSeconds(), model, served.Fingerprint, served.Base.TokenTexts);
}
