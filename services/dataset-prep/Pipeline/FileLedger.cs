using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Reading;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>What the files of a dataset were: layout, encoding, good rows by schema.</summary>
internal sealed class FileLedger(IReadOnlyList<PrepInput> inputs, ProblemPolicies policies)
{
    private readonly FileFacts[] _facts = [.. inputs.Select(input => new FileFacts { File = input.Name, Bytes = input.Bytes })];
    private readonly SortedDictionary<string, long>[] _schemas = [.. inputs.Select(_ => new SortedDictionary<string, long>(StringComparer.Ordinal))];
    private readonly string?[] _first = new string?[inputs.Count];

    /// <summary>Keeps what reading has found out.</summary>
    public void SetFacts(int file, FileFacts facts) => _facts[file] = facts;

    /// <summary>Counts a good row.</summary>
    /// <returns>What is to be told where its schema is another than that of the file's first good row, else null.</returns>
    public DataProblem? Count(int file, WorkedRow row)
    {
        var schema = row.Schema!;
        _schemas[file][schema] = _schemas[file].GetValueOrDefault(schema) + 1;
        _first[file] ??= schema;
        var policy = policies.Of(ProblemKind.MixedSchemas);
        return schema == _first[file] || policy == ProblemPolicy.Ignore ? null : FileProblem.Of(
            inputs[file].Name,
            ProblemKind.MixedSchemas,
            $"a row of schema {schema}",
            $"{_first[file]}, as the rows before",
            "Check whether two exports were joined; drop each as a file of its own.",
            row.Line) with { Outcome = ProblemOutcomes.Of(policy) };
    }

    /// <summary>The files in their order.</summary>
    public IReadOnlyList<FileReport> Reports() => [.. _facts.Select((facts, file) => new FileReport
    {
        File = facts.File,
        Bytes = facts.Bytes,
        Format = facts.Format,
        Compression = facts.Compression,
        Encoding = facts.Encoding,
        Rows = facts.Rows,
        Schemas = _schemas[file],
    })];
}
