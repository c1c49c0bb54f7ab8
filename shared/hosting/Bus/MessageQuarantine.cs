using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Storage;

namespace LoraMesh.Hosting.Bus;

/// <summary>
/// Where messages lie that no handler could bear, whatever the transport: with their error, to be shown, replayed or
/// discarded. The same message again is one entry with a higher count. May be called from any thread.
/// </summary>
public sealed class MessageQuarantine(IBlobStore store, TimeProvider clock)
{
    // No project's name begins with an underscore.
    private const string Prefix = "_messages/";
    private const string Suffix = ".json";
    private const int MaxBody = 1024 * 1024;
    private const int MaxError = 2000;

    /// <summary>Puts a message aside.</summary>
    /// <param name="queue">The queue that it was taken from.</param>
    /// <param name="body">The message as it came; what is over 1 MiB is cut off.</param>
    /// <param name="error">Why it was given up.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task PutAsync(string queue, string body, string error, CancellationToken cancellationToken)
    {
        var id = Identify(queue, body);
        var now = clock.GetUtcNow();
        var before = await FindAsync(id, cancellationToken);
        var entry = new QuarantinedMessage
        {
            Id = id,
            Queue = queue,
            Type = MessageEnvelope.TypeOf(body),
            Error = error.Length <= MaxError ? error : error[..MaxError] + "…",
            FirstAt = before?.FirstAt ?? now,
            LastAt = now,
            Count = (before?.Count ?? 0) + 1,
            Body = body.Length <= MaxBody ? body : body[..MaxBody],
        };
        await store.PutJsonAsync(Buckets.Quarantine, KeyOf(id), entry, cancellationToken: cancellationToken);
    }

    /// <summary>The entries without their bodies, ordered by id; at most so many.</summary>
    public async Task<IReadOnlyList<QuarantinedMessage>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var found = new List<QuarantinedMessage>();
        await foreach (var blob in store.ListAsync(Buckets.Quarantine, Prefix, cancellationToken))
        {
            if (found.Count < limit && await FindAsync(blob.Key[Prefix.Length..^Suffix.Length], cancellationToken) is { } entry)
            {
                found.Add(entry with { Body = null });
            }
        }

        return found;
    }

    /// <summary>How many there are; counts no further than so many.</summary>
    public async Task<int> CountAsync(int most, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var _ in store.ListAsync(Buckets.Quarantine, Prefix, cancellationToken))
        {
            if (++count == most)
            {
                break;
            }
        }

        return count;
    }

    /// <summary>One entry, or null.</summary>
    public async Task<QuarantinedMessage?> FindAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return IsId(id) ? await store.FindJsonAsync<QuarantinedMessage>(Buckets.Quarantine, KeyOf(id), cancellationToken) : null;
        }
        catch (JsonException)
        {
            // Someone's hand was in it: no entry, and the next one writes over it.
            return null;
        }
    }

    /// <summary>Forgets an entry.</summary>
    public Task DeleteAsync(string id, CancellationToken cancellationToken) => store.DeleteAsync(Buckets.Quarantine, KeyOf(id), cancellationToken);

    // A replayed message has a new envelope but the same content: it must find its entry.
    private static string Identify(string queue, string body)
    {
        var content = MessageEnvelope.ContentOf(body) ?? body;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{queue}\n{content}")))[..16];
    }

    private static bool IsId(string id) => id.Length == 16 && id.All(char.IsAsciiHexDigitLower);

    private static string KeyOf(string id) => Prefix + id + Suffix;
}
