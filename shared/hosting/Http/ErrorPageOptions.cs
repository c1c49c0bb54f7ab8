using Microsoft.AspNetCore.Http;

namespace LoraMesh.Hosting.Http;

/// <summary>How people are told of errors where programs get JSON; set by whoever has pages.</summary>
public sealed class ErrorPageOptions
{
    /// <summary>Answers with a page for a status, or says false where this request is a program's.</summary>
    public Func<HttpContext, int, Task<bool>> TryShow { get; set; } = (_, _) => Task.FromResult(false);
}
