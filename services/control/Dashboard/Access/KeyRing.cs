using System.Xml;
using System.Xml.Linq;
using LoraMesh.Contracts;
using LoraMesh.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace LoraMesh.Control.Dashboard.Access;

/// <summary>
/// Keeps the keys by which cookies and forms are sealed in <c>lm-access/sessions/</c>, so that every replica of control reads
/// what another one sealed, also after a restart. Whoever reads them still signs in as nobody: a session holds an API key.
/// </summary>
internal sealed class KeyRing(IBlobStore blobs) : IXmlRepository
{
    private const string Prefix = "sessions/";

    // The interface is synchronous; it is called at start and once a day.
    public IReadOnlyCollection<XElement> GetAllElements() => Task.Run(ReadAsync).GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) => Task.Run(() => WriteAsync(element)).GetAwaiter().GetResult();

    private async Task<IReadOnlyCollection<XElement>> ReadAsync()
    {
        var found = new List<XElement>();
        await foreach (var blob in blobs.ListAsync(Buckets.Access, Prefix))
        {
            try
            {
                await using var content = await blobs.OpenReadAsync(blob.Bucket, blob.Key);
                if (content is not null)
                {
                    found.Add(await XElement.LoadAsync(content, LoadOptions.None, CancellationToken.None));
                }
            }
            catch (XmlException)
            {
                // Someone's hand was in it: what it sealed is not read any more, and a new key is made.
            }
        }

        return found;
    }

    private async Task WriteAsync(XElement element)
    {
        using var content = new MemoryStream();
        await element.SaveAsync(content, SaveOptions.None, CancellationToken.None);
        content.Position = 0;
        await blobs.EnsureBucketAsync(Buckets.Access);
        await blobs.PutAsync(Buckets.Access, $"{Prefix}{Guid.NewGuid():n}.xml", content);
    }
}
