namespace LoraMesh.Contracts;

/// <summary><c>manifest.json</c> of a dataset: what it was made of and what it holds.</summary>
public sealed record DatasetManifest
{
    /// <summary>Content address of the dataset.</summary>
    public required string DatasetId { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>Version of the code that prepared it; part of the address.</summary>
    public required string PrepVersion { get; init; }

    /// <summary>Base model whose tokenizer and template were used.</summary>
    public required ModelRef Model { get; init; }

    /// <summary>The raw inputs, ordered by key.</summary>
    public required IReadOnlyList<BlobRef> Inputs { get; init; }

    /// <summary>The training split.</summary>
    public required DatasetSplit Train { get; init; }

    /// <summary>The held-out split; never trained on.</summary>
    public required DatasetSplit Test { get; init; }

    /// <summary>The report (<see cref="DataReport"/> as JSON).</summary>
    public required BlobRef Report { get; init; }
}

/// <summary>One split of a dataset.</summary>
public sealed record DatasetSplit
{
    /// <summary>Number of rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Number of tokens, those without loss included.</summary>
    public required long Tokens { get; init; }

    /// <summary>Number of tokens that carry loss.</summary>
    public required long SupervisedTokens { get; init; }

    /// <summary>Canonical rows, one JSON object per line: <c>id</c>, <c>messages</c>, <c>source</c>.</summary>
    public required BlobRef Text { get; init; }

    /// <summary>Token shard (safetensors).</summary>
    public required BlobRef Shard { get; init; }
}

/// <summary><c>report.json</c>: what was found in the drops and what became of it.</summary>
public sealed record DataReport
{
    /// <summary>Rows read, good or bad.</summary>
    public required int RowsRead { get; init; }

    /// <summary>Rows kept in either split.</summary>
    public required int RowsKept { get; init; }

    /// <summary>Rows left out because the same row was there already.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Problems by kind.</summary>
    public required IReadOnlyDictionary<string, int> ProblemCounts { get; init; }

    /// <summary>The problems, the first thousand of them.</summary>
    public required IReadOnlyList<DataProblem> Problems { get; init; }
}

/// <summary>One thing wrong with one row.</summary>
public sealed record DataProblem
{
    /// <summary>File as it was dropped, relative to the project's inbox.</summary>
    public required string File { get; init; }

    /// <summary>1-based line; 0 where the whole file is meant.</summary>
    public required int Line { get; init; }

    /// <summary>JSON path of the field, such as <c>$.messages[1].content</c>; empty where the row is meant.</summary>
    public required string Path { get; init; }

    /// <summary>A stable word, such as <c>missing_field</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What is there, shortened.</summary>
    public required string Found { get; init; }

    /// <summary>What should be there.</summary>
    public required string Expected { get; init; }

    /// <summary>What to do about it.</summary>
    public required string Suggestion { get; init; }
}
