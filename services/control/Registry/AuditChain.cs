using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Registry.Rows;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Registry;

/// <summary>
/// Chains the audit trail: each entry's hash covers the entry and the hash before it, so that whoever knows one hash notices
/// any later change before it. There is one writer at a time, and so one chain.
/// </summary>
public static class AuditChain
{
    private const int Page = 5_000;
    private static readonly string Beginning = new('0', 64);

    /// <summary>Gives the new entries of a change their places; called before it is saved.</summary>
    internal static async Task LinkAsync(RegistryContext context, CancellationToken cancellationToken)
    {
        var added = context.ChangeTracker.Entries<AuditRow>().Where(entry => entry.State == EntityState.Added && entry.Entity.Sequence is null).Select(entry => entry.Entity).ToList();
        if (added.Count == 0)
        {
            return;
        }

        var last = await context.Audit.AsNoTracking().Where(row => row.Sequence != null).OrderByDescending(row => row.Sequence).Select(row => new { row.Sequence, row.Hash }).FirstOrDefaultAsync(cancellationToken);
        var (sequence, hash) = (last?.Sequence ?? 0, last?.Hash ?? Beginning);
        foreach (var row in added)
        {
            row.Sequence = ++sequence;
            row.Hash = hash = HashOf(hash, row);
        }

        AuditArchive.Add(context, added);
    }

    /// <summary>Walks the whole chain.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="head">A hash that must be in it; null for any.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    public static async Task<AuditVerdict> VerifyAsync(RegistryStore registry, string? head, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var unchained = await registry.ReadAsync(context => context.Audit.LongCountAsync(row => row.Sequence == null, cancellationToken), cancellationToken);
        var (sequence, hash, seen) = (0L, Beginning, head is null);
        while (true)
        {
            var after = sequence;
            var rows = await registry.ReadAsync(context => context.Audit.Where(row => row.Sequence > after).OrderBy(row => row.Sequence).Take(Page).ToListAsync(cancellationToken), cancellationToken);
            foreach (var row in rows)
            {
                if (row.Sequence != sequence + 1 || row.Hash != HashOf(hash, row))
                {
                    return Verdict(row.Sequence != sequence + 1
                        ? string.Create(CultureInfo.InvariantCulture, $"entry {sequence + 1} is missing: {row.Sequence} follows {sequence}")
                        : string.Create(CultureInfo.InvariantCulture, $"entry {row.Sequence} ({row.What} by {row.Who}) is not as it was written, or one before it was replaced"));
                }

                (sequence, hash) = (row.Sequence.Value, row.Hash);
                seen |= string.Equals(hash, head, StringComparison.OrdinalIgnoreCase);
            }

            if (rows.Count < Page)
            {
                return Verdict(seen ? null : $"no entry has the hash {head}: the chain was cut off before it, or written anew");
            }
        }

        AuditVerdict Verdict(string? problem) => new() { Intact = problem is null, Entries = sequence, Unchained = unchained, Head = sequence > 0 ? hash : null, Problem = problem };
    }

    /// <summary>The hash of an entry that has its place, after the hash of the entry before it.</summary>
    internal static string HashOf(string previous, AuditRow row)
    {
        // JSON keeps the parts apart; its bytes are the same whatever the culture.
        string?[] parts =
        [
            previous,
            row.Sequence!.Value.ToString(CultureInfo.InvariantCulture),
            row.At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            row.Who, row.What, row.Project, row.RunId, row.Version?.ToString(CultureInfo.InvariantCulture), row.Why,
        ];
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(parts)));
    }
}
