using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Cleaning;
using LoraMesh.DatasetPrep.Cleaning.NearDuplicates;
using LoraMesh.DatasetPrep.Cleaning.PersonalData;
using LoraMesh.DatasetPrep.Cleaning.Toxicity;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Reading;
using LoraMesh.DatasetPrep.Reporting;
using LoraMesh.DatasetPrep.Rows;
using LoraMesh.DatasetPrep.Splits;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>
/// The stages in their order. Reading puts the good rows on scratch, parsed, rewritten and tokenized; passes over them drop
/// rows and put each on a side; what is left is written.
/// </summary>
internal sealed class PrepPipeline : IDisposable
{
    private readonly IReadOnlyList<PrepInput> _inputs;
    private readonly RowEncoder _encoder;
    private readonly ProjectConfig _config;
    private readonly string _folder;
    private readonly BuildOptions _options;
    private readonly ProgressMeter _meter;
    private readonly ReadingStage _reading;
    private readonly RowStore _rows;
    private readonly ProblemLog _problems = new();
    private readonly List<StageCount> _stages = [];
    private readonly RejectedRowsFile _rejected;
    private readonly ProblemPolicies _policies;
    private readonly PersonalDataRewriter _personalData;
    private readonly NearDuplicates _nearDuplicates;
    private readonly LengthOutliers _lengthOutliers;
    private readonly ConfiguredSplit _split;

    public PrepPipeline(IReadOnlyList<PrepInput> inputs, RowEncoder encoder, ProjectConfig config, string folder, string scratch, BuildOptions options)
    {
        (_inputs, _encoder, _config, _folder, _options) = (inputs, encoder, config, folder, options);
        string[] files = [.. inputs.Select(input => input.Name)];
        _meter = new ProgressMeter(options.Progress, options.Clock);
        _rows = new RowStore(scratch, files);
        _rejected = new RejectedRowsFile(Path.Combine(folder, DatasetFileNames.Rejected));
        _policies = new ProblemPolicies(config.Prep);
        _personalData = new PersonalDataRewriter(_policies);
        _nearDuplicates = new NearDuplicates(scratch, config.Prep.NearDuplicates);
        _lengthOutliers = new LengthOutliers(_policies, _problems);
        _split = new ConfiguredSplit(config.Prep);
        var fields = new RowFields(config.Prep);
        var buffers = new BatchBuffers();
        var worker = new RowWorker(new RowParser(fields, encoder.Markers), Rewriters(), encoder, new CarriedFields(config.Prep.Split), _policies, files, buffers);
        _reading = new ReadingStage(inputs, config.Prep, fields, _policies, worker, buffers, _meter);
    }

    /// <summary>Runs all stages.</summary>
    public BuildOutcome Run(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _reading.Run(_rows, _problems, _rejected, _options.Threads, cancellationToken);
        _stages.Add(new StageCount { Stage = ReadingStage.Name, RowsIn = _reading.RowsRead, RowsOut = _rows.Count, Dropped = _reading.Dropped });
        var marks = new RowMarks(_rows.Count);
        foreach (var pass in Passes())
        {
            cancellationToken.ThrowIfCancellationRequested();
            _meter.Report(pass.Name, 0, 0);
            var (before, dropped) = (marks.Kept, marks.DroppedByReason());
            try
            {
                pass.Run(_rows, marks, cancellationToken);
            }
            catch (ToxicityHookException failure)
            {
                return Finish(marks, HookFailed(failure), cancellationToken);
            }

            _stages.Add(new StageCount { Stage = pass.Name, RowsIn = before, RowsOut = marks.Kept, Dropped = marks.DroppedByReason(since: dropped) });
        }

        return Finish(marks, rejection: null, cancellationToken);
    }

    public void Dispose()
    {
        _rows.Dispose();
        _rejected.Dispose();
    }

    /// <summary>What changes single rows before they are tokenized, in order.</summary>
    private IReadOnlyList<IRowRewriter> Rewriters() => [_personalData];

    /// <summary>What looks at all rows, in order: sets aside, drops, puts on sides, and sees that the sides have nothing in common.</summary>
    private IEnumerable<IRowPass> Passes()
    {
        var prep = _config.Prep;
        if (prep.RegressionSets.Count > 0)
        {
            yield return new RegressionSets(prep, _policies, _problems);
        }

        yield return new ExactDuplicates();
        yield return _lengthOutliers;
        if (_options.Toxicity is { } toxicity && _policies.Of(ProblemKind.ToxicText) != ProblemPolicy.Ignore)
        {
            yield return new ToxicText(toxicity, prep, _policies, _problems);
        }

        if (prep.NearDuplicates.Policy != NearDuplicatePolicy.Off)
        {
            yield return _nearDuplicates;
        }

        yield return _split;
        var bothSides = prep.Split.By != SplitBy.Prompt || prep.Split.Shares.Count > 0;
        if (bothSides || prep.NearDuplicates.Policy == NearDuplicatePolicy.Separate)
        {
            yield return new Separation(() => prep.NearDuplicates.Policy == NearDuplicatePolicy.Separate ? _nearDuplicates.Groups : null, bothSides);
        }
    }

    // Data that were not looked at as the project asks are not passed on.
    private BuildRejection HookFailed(ToxicityHookException failure) => new(
        "toxicity_hook_failed", $"The classifier of toxic texts, {_options.Toxicity!.Name}, failed: {failure.Message}. Correct it, or prepare without it (the operator's DatasetPrep:ToxicityHook, or prep.policies.toxic_text: ignore).");

    private BuildOutcome Finish(RowMarks marks, BuildRejection? rejection, CancellationToken cancellationToken)
    {
        var duplicates = marks.Dropped(ExactDuplicates.Reason);
        var counts = new DatasetCounts(_reading.RowsRead, duplicates, marks.Rows - marks.Kept - duplicates, marks.CountOf(RowSplit.Train), marks.CountOf(RowSplit.Test));
        rejection ??= Verdict.Of(counts, _config.Prep, _problems, _rows.Kinds);
        var report = new DataReport
        {
            RowsRead = Clamp(counts.Read),
            RowsKept = Clamp(counts.Kept),
            Duplicates = Clamp(duplicates),
            ProblemCounts = _problems.Counts,
            Problems = _problems.Shown,
            Stages = _stages,
            PersonalData = _personalData.Values,
            NearDuplicates = _nearDuplicates.Pairs,
            Strata = _split.Strata,
            LengthFences = _lengthOutliers.Fences,
            Files = _reading.Files,
        };
        var samples = new SampleRows();
        var splits = rejection is null ? new WritingStage(_config, _folder, samples, _meter).Run(_rows, marks, cancellationToken) : default;
        report = report with { TrainLengths = splits.Train?.Lengths ?? [], TestLengths = splits.Test?.Lengths ?? [] };
        return new BuildOutcome
        {
            Report = report,
            ReportFile = WriteReport(report),
            ReportPage = WritePage(new ReportPage { Report = report, Config = _config.Prep, Rejection = rejection, Train = splits.Train, Test = splits.Test, Samples = samples.Rows }),
            RejectedRows = _rejected.Finish(),
            RefusedRows = Clamp(counts.Read - _rows.Count),
            Rejection = rejection,
            Train = splits.Train,
            Test = splits.Test,
            RegressionSets = splits.Sets ?? [],
        };
    }

    private BuiltFile WriteReport(DataReport report)
    {
        var path = Path.Combine(_folder, DatasetFileNames.Report);
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(report, ContractsJson.Indented));
        return BuiltFile.Describe(path);
    }

    private BuiltFile WritePage(ReportPage page)
    {
        var path = Path.Combine(_folder, DatasetFileNames.ReportPage);
        File.WriteAllText(path, HtmlReport.Write(page, new SampleView(_encoder.Tokenizer)));
        return BuiltFile.Describe(path);
    }

    private static int Clamp(long count) => (int)Math.Min(count, int.MaxValue);
}
