using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Reading;
using LoraMesh.DatasetPrep.Rows;
using LoraMesh.Text;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>One pass over the files of a dataset: what it has seen, and the files that it is writing.</summary>
internal sealed class BuildPass(RowEncoder encoder, ProjectConfig config, string folder) : IDisposable
{
    private readonly ProblemLog _problems = new();
    private readonly HashSet<UInt128> _seen = [];
    private readonly SplitWriter _train = new(folder, DatasetFileNames.Train);
    private readonly SplitWriter _test = new(folder, DatasetFileNames.Test);
    private readonly RejectedRowsFile _rejected = new(Path.Combine(folder, DatasetFileNames.Rejected));
    private BuildRejection? _stopped;
    private int _read;
    private int _duplicates;

    /// <summary>Takes one file's rows.</summary>
    /// <returns>False when a limit of the whole dataset is reached, so that nothing more is to be read.</returns>
    public bool Read(PrepInput input, CancellationToken cancellationToken)
    {
        if (InputGate.Check(input.Name, input.Bytes, config.Prep) is { } refused)
        {
            _problems.Add(refused);
            return true;
        }

        foreach (var row in RowReader.Read(input))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Take(input.Name, row);
            if (_stopped is not null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Gives the verdict and writes what remains to be written.</summary>
    public BuildOutcome Finish()
    {
        var counts = new DatasetCounts(_read, _duplicates, _train.Rows, _test.Rows);
        var rejection = _stopped ?? Verdict.Of(counts, config.Prep, _problems);
        var report = _problems.ToReport(counts.Read, counts.Kept, counts.Duplicates);
        var outcome = new BuildOutcome
        {
            Report = report,
            ReportFile = WriteReport(report),
            RejectedRows = _rejected.Finish(),
            Rejection = rejection,
        };
        if (rejection is not null)
        {
            _train.Discard();
            _test.Discard();
            return outcome;
        }

        var capacity = config.Training.TokensPerBatch;
        return outcome with { Train = _train.Finish(capacity), Test = _test.Finish(capacity) };
    }

    public void Dispose()
    {
        _train.Dispose();
        _test.Dispose();
        _rejected.Dispose();
    }

    private void Take(string file, RawRow raw)
    {
        if (!raw.IsRow)
        {
            _problems.Add(raw.Problem!);
            return;
        }

        _read += _read < int.MaxValue ? 1 : 0;
        if (raw.Problem is not null)
        {
            Refuse(raw, [raw.Problem]);
            return;
        }

        var problems = new RowProblems(file, raw.Line);
        if (RowParser.Parse(raw, problems) is not { } messages)
        {
            Refuse(raw, problems.All);
            return;
        }

        var row = new CanonicalRow(messages);
        if (_seen.Contains(row.Identity))
        {
            _duplicates++;
        }
        else if (encoder.Encode(messages, problems) is { } encoded)
        {
            Keep(row, encoded, file, raw.Line);
        }
        else
        {
            Refuse(raw, problems.All);
        }
    }

    private void Keep(CanonicalRow row, EncodedChat encoded, string file, int line)
    {
        var split = row.IsHeldOut(config.Prep.TestShare) ? _test : _train;
        if (_seen.Count == config.Prep.MaxRows)
        {
            Stop(file, line, ProblemKind.TooManyRows, $"one more than {Shown.Number(config.Prep.MaxRows)} rows", $"at most {Shown.Number(config.Prep.MaxRows)} rows (prep.max_rows)", "Drop fewer rows, or raise prep.max_rows in project.yaml.");
        }
        else if (!split.HasRoomFor(encoded.Ids.Count))
        {
            Stop(file, line, ProblemKind.TooManyTokens, $"more than {Shown.Number(SplitWriter.MaxTokens)} tokens in one split", $"at most {Shown.Number(SplitWriter.MaxTokens)} tokens", "Drop fewer or shorter rows.");
        }
        else
        {
            _seen.Add(row.Identity);
            split.Add(row, encoded, file, line);
        }
    }

    private void Refuse(RawRow raw, IReadOnlyList<DataProblem> problems)
    {
        foreach (var problem in problems)
        {
            _problems.Add(problem);
        }

        _rejected.Add(raw, problems[0]);
    }

    private void Stop(string file, int line, string code, string found, string expected, string suggestion)
    {
        _problems.Add(new DataProblem { File = file, Line = line, Path = string.Empty, Kind = code, Found = found, Expected = expected, Suggestion = suggestion });
        _stopped = new BuildRejection(code, $"The data have {found}, reached in {file} line {line}; allowed are {expected}. {suggestion}");
    }

    private BuiltFile WriteReport(DataReport report)
    {
        var path = Path.Combine(folder, DatasetFileNames.Report);
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(report, ContractsJson.Indented));
        return BuiltFile.Describe(path);
    }
}
