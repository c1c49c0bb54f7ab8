using System.Text.Json.Serialization;

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

    /// <summary>The settings it was prepared by.</summary>
    public PrepConfig Prep { get; init; } = new();

    /// <summary>Tokens of one packed sequence.</summary>
    public int TokensPerBatch { get; init; }

    /// <summary>The stages that rows went through, with what each left out and why.</summary>
    public IReadOnlyList<StageCount> Stages { get; init; } = [];

    /// <summary>Problems by kind.</summary>
    public IReadOnlyDictionary<string, int> ProblemCounts { get; init; } = new Dictionary<string, int>();

    /// <summary>The report for people, a page of HTML; null in datasets of versions before it.</summary>
    public BlobRef? ReportPage { get; init; }

    /// <summary>The raw inputs, ordered by key.</summary>
    public required IReadOnlyList<BlobRef> Inputs { get; init; }

    /// <summary>The training split.</summary>
    public required DatasetSplit Train { get; init; }

    /// <summary>The held-out split; never trained on.</summary>
    public required DatasetSplit Test { get; init; }

    /// <summary>The regression sets among the inputs, ordered by name: never trained on, only asked.</summary>
    public IReadOnlyList<RegressionSet> RegressionSets { get; init; } = [];

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

    /// <summary>Token shard (safetensors), or the first of several.</summary>
    public required BlobRef Shard { get; init; }

    /// <summary>The token shards after the first, in order; rows go on from one to the next.</summary>
    public IReadOnlyList<BlobRef> MoreShards { get; init; } = [];

    /// <summary>Whether each row is a preference pair: two token sequences, the better one first.</summary>
    public bool HoldsPairs { get; init; }

    /// <summary>All token shards in order.</summary>
    public IEnumerable<BlobRef> Shards() => MoreShards.Prepend(Shard);
}

/// <summary>Rows that every candidate is asked, whatever it was trained on.</summary>
public sealed record RegressionSet
{
    /// <summary>File as it was dropped, relative to the project's inbox.</summary>
    public required string Name { get; init; }

    /// <summary>Number of rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Canonical rows, one JSON object per line.</summary>
    public required BlobRef Text { get; init; }
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

    /// <summary>The problems: the first thousand of them, and of every kind the first twenty.</summary>
    public required IReadOnlyList<DataProblem> Problems { get; init; }

    /// <summary>The stages that rows went through, in order, with what each left out.</summary>
    public IReadOnlyList<StageCount> Stages { get; init; } = [];

    /// <summary>How many values of each kind of personal data were found in rows that could be read, by kind.</summary>
    public IReadOnlyDictionary<string, long> PersonalData { get; init; } = new Dictionary<string, long>();

    /// <summary>Some of the pairs of rows that say almost the same; at most twenty.</summary>
    public IReadOnlyList<NearDuplicatePair> NearDuplicates { get; init; } = [];

    /// <summary>Rows on either side by value of the field that the split is stratified by, up to a hundred values; rows of further values count under an empty one.</summary>
    public IReadOnlyList<StratumCount> Strata { get; init; } = [];

    /// <summary>The files that were read, in their order.</summary>
    public IReadOnlyList<FileReport> Files { get; init; } = [];

    /// <summary>Between which lengths almost all rows lie; null where there are too few rows to tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LengthFences? LengthFences { get; init; }

    /// <summary>Token sequences of the training split by length.</summary>
    public IReadOnlyList<LengthRange> TrainLengths { get; init; } = [];

    /// <summary>Token sequences of the held-out split by length.</summary>
    public IReadOnlyList<LengthRange> TestLengths { get; init; } = [];
}

/// <summary>What a dropped file was, as its content told.</summary>
public sealed record FileReport
{
    /// <summary>File as it was dropped, relative to the project's inbox.</summary>
    public required string File { get; init; }

    /// <summary>Its length as it was dropped.</summary>
    public required long Bytes { get; init; }

    /// <summary><c>jsonl</c>, <c>json</c>, <c>json_objects</c>, <c>csv</c>, <c>parquet</c>, <c>text</c> or <c>markdown</c>; null where it is none of them.</summary>
    public string? Format { get; init; }

    /// <summary><c>none</c>, <c>gzip</c> or <c>zstd</c>.</summary>
    public required string Compression { get; init; }

    /// <summary><c>utf-8</c>, <c>utf-16</c> or <c>utf-32</c>.</summary>
    public required string Encoding { get; init; }

    /// <summary>Rows read from it, good or bad.</summary>
    public required long Rows { get; init; }

    /// <summary>Good rows by schema, such as <c>messages</c> or <c>alpaca</c>.</summary>
    public required IReadOnlyDictionary<string, long> Schemas { get; init; }
}

/// <summary>Lengths in tokens beyond which a row is far shorter or longer than the others.</summary>
public sealed record LengthFences
{
    /// <summary>The fewest tokens that are not told.</summary>
    public required int Shortest { get; init; }

    /// <summary>As many tokens have half of the rows at most.</summary>
    public required int Median { get; init; }

    /// <summary>The most tokens that are not told.</summary>
    public required int Longest { get; init; }
}

/// <summary>How many token sequences are longer than the range before reaches, and no longer than this one.</summary>
public sealed record LengthRange
{
    /// <summary>Longest length of the range, in tokens.</summary>
    public required int UpTo { get; init; }

    /// <summary>Number of sequences.</summary>
    public required long Rows { get; init; }
}

/// <summary>Two rows that say almost the same.</summary>
public sealed record NearDuplicatePair
{
    /// <summary>One of them.</summary>
    public required RowOrigin Row { get; init; }

    /// <summary>The other.</summary>
    public required RowOrigin Other { get; init; }

    /// <summary>How alike they are, 0 to 1: the less alike of questions and answers.</summary>
    public required double Similarity { get; init; }
}

/// <summary>Where a row comes from.</summary>
public sealed record RowOrigin
{
    /// <summary>The row's id.</summary>
    public required string Id { get; init; }

    /// <summary>File as it was dropped, relative to the project's inbox.</summary>
    public required string File { get; init; }

    /// <summary>1-based line.</summary>
    public required int Line { get; init; }
}

/// <summary>Rows of one stratum on either side.</summary>
public sealed record StratumCount
{
    /// <summary>The field's value; empty where a row has none.</summary>
    public required string Value { get; init; }

    /// <summary>Rows put on the side of training.</summary>
    public required long Train { get; init; }

    /// <summary>Rows held out.</summary>
    public required long Test { get; init; }
}

/// <summary>What one stage of preparing did to the number of rows.</summary>
public sealed record StageCount
{
    /// <summary>The stage, such as <c>read</c>, <c>deduplicate</c> or <c>split</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>Rows that went in.</summary>
    public required long RowsIn { get; init; }

    /// <summary>Rows that came out.</summary>
    public required long RowsOut { get; init; }

    /// <summary>Rows left out, by reason; a row counts once, for its first problem.</summary>
    public required IReadOnlyDictionary<string, long> Dropped { get; init; }
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

    /// <summary>What was done, one of <see cref="ProblemOutcome"/>; null means that the row was dropped.</summary>
    public string? Outcome { get; init; }

    /// <summary>The finding in one line for people, file and line first.</summary>
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}" : File;
        var field = Path.Length > 0 ? $" {Path}" : "";
        var suggestion = Suggestion.Length > 0 ? $" {Suggestion}" : "";
        return $"{place}{field}: {Kind}: found {Found}, expected {Expected}.{suggestion}";
    }
}

/// <summary>What was done about a problem.</summary>
public static class ProblemOutcome
{
    /// <summary>The row was left out.</summary>
    public const string Dropped = "dropped";

    /// <summary>The row was mended and kept.</summary>
    public const string Repaired = "repaired";

    /// <summary>The row was kept as it is.</summary>
    public const string Kept = "kept";

    /// <summary>All data were refused for it.</summary>
    public const string Refused = "refused";
}
