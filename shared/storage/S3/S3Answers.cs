using System.Net;
using System.Xml;
using System.Xml.Linq;

namespace LoraMesh.Storage.S3;

/// <summary>Reads what an S3 server says where it does not do what it was asked.</summary>
internal static class S3Answers
{
    private const int MaxErrorBytes = 64 * 1024;

    /// <summary>Disposes the answer and throws unless it is a success.</summary>
    /// <exception cref="UnauthorizedAccessException">The credentials do not allow it.</exception>
    /// <exception cref="IOException">Anything else.</exception>
    public static async Task RequireSuccessAsync(HttpResponseMessage answer, string doing, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
        {
            return;
        }

        using (answer)
        {
            var problem = $"The S3 server refused {doing} with {(int)answer.StatusCode} {await CodeAsync(answer, cancellationToken) ?? answer.ReasonPhrase}.";
            throw answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized ? new UnauthorizedAccessException(problem) : new IOException(problem);
        }
    }

    /// <summary>Whether there is no such key; a missing bucket is another thing.</summary>
    public static async Task<bool> IsMissingKeyAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        answer.StatusCode == HttpStatusCode.NotFound && await CodeAsync(answer, cancellationToken) is null or "NoSuchKey";

    private static async Task<string?> CodeAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await answer.Content.LoadIntoBufferAsync(MaxErrorBytes, cancellationToken);
        try
        {
            return XDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)).Root?.Elements().FirstOrDefault(element => element.Name.LocalName == "Code")?.Value;
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
