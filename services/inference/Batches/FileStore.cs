using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Storage;

namespace LoraMesh.Inference.Batches;

// lm-batches/files/<id>.jsonl and, written after it, <id>.json.

/// <summary>Files of the API. Another's file is as one that does not exist.</summary>
public sealed class FileStore(IBlobStore store, TimeProvider time)
{
    private const string Folder = "files/";
    private const string Record = ".json";

    /// <summary>Whether a caller may know of what belongs to someone. A name alone is not enough: another project's administrator may give it to a key as well.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="owner">Name of whose it is.</param>
    /// <param name="projects">Projects that the owner could ask when it came about; null means all.</param>
    public static bool IsOf(Caller caller, string owner, IReadOnlyList<string>? projects)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.HasEverywhere(AccessRoles.Admin) || (caller.Name == owner && (projects is null ? caller.Projects is null : projects.All(caller.Covers)));
    }

    /// <summary>Stores a file.</summary>
    /// <param name="id">Its id; what is stored twice under one id has the same bytes.</param>
    /// <param name="owner">Name of whose it is.</param>
    /// <param name="projects">Projects that the owner may ask; null means all.</param>
    /// <param name="filename">Its name.</param>
    /// <param name="purpose">What it is for.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<StoredFile> AddAsync(string id, string owner, IReadOnlyList<string>? projects, string filename, string purpose, Stream content, CancellationToken cancellationToken)
    {
        var stored = new StoredFile
        {
            Id = id,
            Owner = owner,
            Projects = projects,
            Filename = filename,
            Purpose = purpose,
            CreatedAt = time.GetUtcNow(),
            Content = await store.PutAsync(Buckets.Batches, ContentKey(id), content, default, cancellationToken),
        };
        await store.PutJsonAsync(Buckets.Batches, Folder + id + Record, stored, default, cancellationToken);
        return stored;
    }

    /// <summary>The file, or null where there is none that the caller may know of.</summary>
    public async Task<StoredFile?> FindAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        IsId(id) && await store.FindJsonAsync<StoredFile>(Buckets.Batches, Folder + id + Record, cancellationToken) is { } found && IsOf(caller, found.Owner, found.Projects) ? found : null;

    /// <summary>The caller's files, oldest first.</summary>
    public async Task<IReadOnlyList<StoredFile>> ListAsync(Caller caller, int most, CancellationToken cancellationToken)
    {
        var files = new List<StoredFile>();
        await foreach (var blob in store.ListAsync(Buckets.Batches, Folder, cancellationToken))
        {
            if (blob.Key.EndsWith(Record, StringComparison.Ordinal) && await FindAsync(blob.Key[Folder.Length..^Record.Length], caller, cancellationToken) is { } file)
            {
                files.Add(file);
                if (files.Count == most)
                {
                    break;
                }
            }
        }

        return files;
    }

    /// <summary>Opens a file's bytes, or gives null where they are gone.</summary>
    public Task<Stream?> OpenAsync(StoredFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        return store.OpenReadAsync(file.Content.Bucket, file.Content.Key, cancellationToken);
    }

    /// <summary>Removes a file.</summary>
    public async Task DeleteAsync(StoredFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        await store.DeleteAsync(Buckets.Batches, Folder + file.Id + Record, cancellationToken);
        await store.DeleteAsync(file.Content.Bucket, ContentKey(file.Id), cancellationToken);
    }

    /// <summary>Removes what was stored before a moment.</summary>
    public Task DeleteBeforeAsync(DateTimeOffset moment, CancellationToken cancellationToken) =>
        store.DeleteAllAsync(Buckets.Batches, Folder, blob => blob.LastModified < moment, cancellationToken);

    private static string ContentKey(string id) => $"{Folder}{id}.jsonl";

    private static bool IsId(string id) => id.Length is > 0 and <= 80 && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
}
