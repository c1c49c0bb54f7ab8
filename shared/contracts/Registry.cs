namespace LoraMesh.Contracts;

/// <summary>Body of <c>PUT /api/v1/projects/{project}/adapters/{version}/tags/{key}</c>.</summary>
public sealed record TagRequest
{
    /// <summary>The value; at most 1,000 characters.</summary>
    public required string Value { get; init; }
}

/// <summary>Body of <c>PUT /api/v1/projects/{project}/aliases/{alias}</c>.</summary>
public sealed record AliasRequest
{
    /// <summary>The version that the alias points to from now on.</summary>
    public required int Version { get; init; }
}

/// <summary>Where a version comes from and what became of it: drop, dataset, run, adapter, verdict, deployment.</summary>
public sealed record LineageView
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The version.</summary>
    public required int Version { get; init; }

    /// <summary>The dropped files, ordered by key.</summary>
    public required IReadOnlyList<BlobRef> Drops { get; init; }

    /// <summary>What the drops became; its manifest is a <see cref="DatasetManifest"/>.</summary>
    public required DatasetPrepared Dataset { get; init; }

    /// <summary>The run, with times, state and reason.</summary>
    public required RunView Run { get; init; }

    /// <summary>The settings that the run had (<see cref="ProjectConfig"/> as JSON).</summary>
    public required BlobRef Config { get; init; }

    /// <summary>The adapter; its manifest is an <see cref="AdapterManifest"/>.</summary>
    public required AdapterTrained Adapter { get; init; }

    /// <summary>Digest of the base model.</summary>
    public required string ModelDigest { get; init; }

    /// <summary>The verdict; its report is an <see cref="EvaluationReport"/>.</summary>
    public required AdapterEvaluated Verdict { get; init; }

    /// <summary>Aliases and tags as they stand.</summary>
    public required AdapterView Registered { get; init; }

    /// <summary>When and by whom it was made champion, approved or labelled, oldest first.</summary>
    public required IReadOnlyList<AuditEntry> History { get; init; }
}

/// <summary>One entry of the audit trail.</summary>
public sealed record AuditEntry
{
    /// <summary>Place in the chain, counting from 1; null in entries from before there was one.</summary>
    public long? Sequence { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public required string Who { get; init; }

    /// <summary>What was done, a stable word.</summary>
    public required string What { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The run, where it concerns one.</summary>
    public string? Run { get; init; }

    /// <summary>The version, where it concerns one.</summary>
    public int? Version { get; init; }

    /// <summary>Why, in one sentence.</summary>
    public required string Why { get; init; }

    /// <summary>SHA-256 over the entry and the hash of the one before it.</summary>
    public string? Hash { get; init; }
}

/// <summary>Entries of the audit trail, newest first.</summary>
public sealed record AuditList
{
    /// <summary>The entries.</summary>
    public required IReadOnlyList<AuditEntry> Data { get; init; }
}

/// <summary>Whether the audit trail is as it was written.</summary>
public sealed record AuditVerdict
{
    /// <summary>Whether every entry follows from the one before it, and the asked hash is among them.</summary>
    public required bool Intact { get; init; }

    /// <summary>Entries in the chain.</summary>
    public required long Entries { get; init; }

    /// <summary>Entries from before there was a chain; nothing vouches for them.</summary>
    public required long Unchained { get; init; }

    /// <summary>Hash of the newest entry. Kept elsewhere, it shows later that no entry up to it was changed or taken away.</summary>
    public string? Head { get; init; }

    /// <summary>What is wrong and where; null where nothing is.</summary>
    public string? Problem { get; init; }
}

/// <summary>Body of <c>POST /api/v1/garbage</c>.</summary>
public sealed record GarbageRequest
{
    /// <summary>Whether nothing is removed, only told.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What a collection of garbage found.</summary>
public sealed record GarbageReport
{
    /// <summary>Whether it only looked.</summary>
    public required bool DryRun { get; init; }

    /// <summary>Blobs that nothing refers to any more.</summary>
    public required long Blobs { get; init; }

    /// <summary>Their bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Blobs that stay.</summary>
    public required long Kept { get; init; }

    /// <summary>Blobs that nothing refers to, but that are too young, or of a project with an open run.</summary>
    public required long Spared { get; init; }

    /// <summary>What was found, at most the first thousand folders.</summary>
    public required IReadOnlyList<GarbageItem> Items { get; init; }
}

/// <summary>A folder of blobs that nothing refers to.</summary>
public sealed record GarbageItem
{
    /// <summary>Bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>What their keys begin with.</summary>
    public required string Prefix { get; init; }

    /// <summary>How many there are.</summary>
    public required long Blobs { get; init; }

    /// <summary>Their bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Why nothing refers to them: <c>no_version</c>, <c>not_kept</c>, <c>no_dataset</c>, <c>no_run</c>, <c>run_ended</c> or <c>no_alias</c>.</summary>
    public required string Reason { get; init; }
}
