using System.Globalization;
using System.Text;
using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LoraMesh.BrowserTests;

/// <summary>Fills a running control as its workers would.</summary>
internal sealed class Seed(ApiHarness control)
{
    private const int Steps = 240;

    /// <summary>The run that is training.</summary>
    public string Training { get; private set; } = "";

    /// <summary>A run that ended as champion, of project <c>invoices</c>.</summary>
    public string Promoted { get; private set; } = "";

    /// <summary>A run that waits for approval.</summary>
    public string Held { get; private set; } = "";

    /// <summary>A run whose data were refused.</summary>
    public string Rejected { get; private set; } = "";

    public async Task SomeOfEverythingAsync()
    {
        for (var version = 1; version <= 4; version++)
        {
            Promoted = await PromoteAsync("invoices", $"batch-{version}.jsonl", 0.52 + 0.11 * version);
        }

        Held = await HoldAsync("contracts", "clauses.csv");
        Rejected = await RejectAsync("mails", "mails.jsonl");
        await FailAsync("notes", "notes.md");
        Training = await TrainAsync("tickets", "tickets.jsonl", 150);
        await control.Quarantine.PutAsync("trainer", """{"messageType": ["urn:message:LoraMesh.Contracts:TrainAdapter"], "message": {"job_id": "j"}}""", "JsonException: TrainAdapter was missing required properties: run_id, project", CancellationToken.None);
    }

    /// <summary>Drops a file and waits for its run.</summary>
    public async Task<string> StartAsync(string project, string file) =>
        await control.RunOfAsync(await control.DropAsync(project, file, $"{{\"question\": \"{file}\", \"answer\": \"a\"}}"));

    public async Task<string> PrepareAsync(string project, string file)
    {
        var run = await StartAsync(project, file);
        var report = await control.Blobs.PutJsonAsync(Buckets.Datasets, $"{project}/{run}/report.json", Report(file));
        var split = new DatasetSplit { Rows = 1365, Tokens = 180_000, SupervisedTokens = 41_000, Text = report, Shard = report };
        var manifest = await control.Blobs.PutJsonAsync(Buckets.Datasets, $"{project}/{run}/manifest.json", new DatasetManifest
        {
            DatasetId = Sample.Prepared(run).DatasetId, Project = project, PrepVersion = "1", Model = new ModelRef { Name = "loramesh-tiny", Digest = "m1", Files = [] }, Inputs = [], Train = split, Test = split, Report = report,
        });
        await ApplyAsync(run, Sample.Prepared(run) with { Manifest = manifest, TrainRows = 1365, TestRows = 235, RejectedRows = 4 });
        return run;
    }

    /// <summary>A run that has done so many steps.</summary>
    public async Task<string> TrainAsync(string project, string file, int steps)
    {
        var run = await PrepareAsync(project, file);
        for (var step = 1; step <= steps; step++)
        {
            Step(run, step);
        }

        return run;
    }

    /// <summary>Tells of a step as the trainer does.</summary>
    public void Step(string run, int step)
    {
        var point = Point(step);
        control.Services.GetRequiredService<RunCurves>().Add(run, point);
        control.Services.GetRequiredService<RunBoard>().Report(run, new RunProgress
        {
            Stage = RunStates.Training, Done = step, Total = Steps, Loss = point.Loss, LearningRate = point.LearningRate, TokensPerSecond = 2748, SecondsLeft = (Steps - step) * 0.6, CheckpointStep = step / 50 * 50,
        });
    }

    public async Task<string> JudgeAsync(string project, string file, double exactMatch, string decision)
    {
        var run = await PrepareAsync(project, file);
        var lines = new StringBuilder();
        for (var step = 1; step <= Steps; step++)
        {
            var point = Point(step);
            lines.AppendLine(string.Create(CultureInfo.InvariantCulture, $$"""{"step": {{step}}, "loss": {{point.Loss}}, "learning_rate": {{point.LearningRate}}, "grad_norm": {{point.GradNorm}}{{(step % 40 == 0 ? $", \"eval\": {{\"loss\": {point.Loss + 0.12}}}" : "")}}}"""));
        }

        using var metrics = new MemoryStream(Encoding.UTF8.GetBytes(lines.ToString()));
        await control.Blobs.PutAsync(Buckets.Runs, $"{run}/metrics.jsonl", metrics);
        var manifest = await control.Blobs.PutJsonAsync(Buckets.Adapters, $"{project}/a{run}/manifest.json", Sample.Manifest(project, run, "m1"));
        await ApplyAsync(run, Sample.Trained(run, manifest) with { Warnings = ["Rows repeat: 3 % of them are the same question with another answer."] });
        var report = Evaluation(exactMatch, decision);
        await ApplyAsync(run, Sample.Evaluated(run, decision == GateDecision.Promote) with
        {
            Decision = decision, Reason = report.Reason, Base = report.Base, Candidate = report.Candidate, Champion = report.Champion,
            Report = await control.Blobs.PutJsonAsync(Buckets.Adapters, $"{project}/a{run}/evaluation.json", report),
        });
        return run;
    }

    public async Task<string> PromoteAsync(string project, string file, double exactMatch)
    {
        var run = await JudgeAsync(project, file, exactMatch, GateDecision.Promote);
        await ApplyAsync(run, Sample.Deployed(project, (await control.GetAsync<RunView>($"/api/v1/runs/{run}")).Version!.Value));
        return run;
    }

    public Task<string> HoldAsync(string project, string file) => JudgeAsync(project, file, 0.71, GateDecision.Hold);

    private async Task<string> RejectAsync(string project, string file)
    {
        var run = await StartAsync(project, file);
        var report = await control.Blobs.PutJsonAsync(Buckets.Quarantine, $"{project}/{run}/report.json", Report(file));
        await ApplyAsync(run, Sample.Rejected(run) with { Reason = "Of 120 rows only 3 can be used, at least 10 are needed; most lack an answer. Mend the file and drop it again.", Report = report });
        return run;
    }

    private async Task FailAsync(string project, string file)
    {
        var run = await PrepareAsync(project, file);
        await ApplyAsync(run, Sample.TrainingFailed(run));
    }

    private async Task ApplyAsync(string run, object message) =>
        await control.Conductor.ApplyAsync(run, message, null, "test", CancellationToken.None);

    private static CurvePoint Point(int step)
    {
        // A curve as they look: a fall that slows down, with some noise that is the same each time.
        var noise = Math.Sin(step * 12.9898) * 43758.5453;
        noise -= Math.Floor(noise);
        var loss = 0.15 + 4.2 * Math.Exp(-step / 38.0) + 0.12 * noise * Math.Exp(-step / 160.0);
        var rate = 2e-3 * Math.Min(1, step / 20.0) * 0.5 * (1 + Math.Cos(Math.PI * step / Steps));
        return new CurvePoint(step, loss, rate, 0.4 + 2.5 * Math.Exp(-step / 30.0) + 0.5 * noise, step % 40 == 0 ? loss + 0.12 : null);
    }

    private static DataReport Report(string file) => new()
    {
        RowsRead = 1609, RowsKept = 1600, Duplicates = 5,
        ProblemCounts = new Dictionary<string, int> { ["missing_field"] = 3, ["bad_json"] = 1 },
        Problems =
        [
            new() { File = file, Line = 17, Path = "$.messages[1].content", Kind = "missing_field", Found = "nothing", Expected = "a text", Suggestion = "Give the assistant's answer, or leave the row out." },
            new() { File = file, Line = 212, Path = "", Kind = "bad_json", Found = "{\"messages\": [", Expected = "one JSON object a line", Suggestion = "The line is cut off: write the row again." },
        ],
        Stages =
        [
            new() { Stage = "read", RowsIn = 1609, RowsOut = 1605, Dropped = new Dictionary<string, long> { ["missing_field"] = 3, ["bad_json"] = 1 } },
            new() { Stage = "deduplicate", RowsIn = 1605, RowsOut = 1600, Dropped = new Dictionary<string, long> { ["duplicate"] = 5 } },
        ],
        Files = [new() { File = file, Bytes = 525_621, Format = "jsonl", Compression = "none", Encoding = "utf-8", Rows = 1609, Schemas = new Dictionary<string, long> { ["messages"] = 1605 } }],
    };

    private static EvaluationReport Evaluation(double exactMatch, string decision)
    {
        var (low, high) = (Sample.Figures(0.08), Sample.Figures(exactMatch) with { ExactMatchStderr = Math.Sqrt(exactMatch * (1 - exactMatch) / 235), Rows = 235 });
        var change = new RowChange
        {
            Id = "r1", Against = "base", Change = 1, Question = "Good day, this is very urgent! The bird customer here. After the new version the screen stays white.",
            Reference = """{"team": "software", "priority": "high", "product": "Kestrel"}""", Candidate = """{"team": "software", "priority": "high", "product": "Kestrel"}""", Other = """{"day": "Monday", "cost": "1.10 francs"}""",
        };
        return new EvaluationReport
        {
            Promote = decision == GateDecision.Promote, Decision = decision,
            Reason = decision == GateDecision.Hold ? "Better than base, and this project asks a person before it promotes (gate.approval)." : "Better than base: of 235 rows 225 only the candidate answers rightly, 0 only base (sign test p = 0.0000, asked below 0.05).",
            Checks = [new() { Name = "better_than_base", Passed = true, Reason = "225 rows won, 0 lost; p = 0.0000, asked below 0.05." }, new() { Name = "adapter_applied", Passed = true, Reason = "Logits differ by up to 14.2." }],
            Base = low with { Rows = 235 }, Candidate = high,
            Metrics = [new() { Metric = "json_valid", HigherIsBetter = true, Rows = 235, Base = new() { Value = 0.64, Stderr = 0.03 }, Candidate = new() { Value = 0.99, Stderr = 0.006 } }],
            LogitDifference = 14.2, BestGains = [change], WorstRegressions = [change with { Id = "r2", Change = -1, Candidate = """{"team": "software", "priority": "low", "product": "Kestrel"}""" }],
            Rows = [.. Enumerable.Range(1, 25).Select(number => new EvaluatedRow { Id = $"r{number}", Question = $"{number}. {change.Question}", Reference = change.Reference, Base = change.Other, Candidate = change.Candidate })],
        };
    }
}
