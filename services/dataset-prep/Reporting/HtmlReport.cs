using System.Globalization;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;

namespace LoraMesh.DatasetPrep.Reporting;

/// <summary>What a report page tells beside <see cref="DataReport"/>.</summary>
internal sealed record ReportPage
{
    /// <summary>What was found.</summary>
    public required DataReport Report { get; init; }

    /// <summary>The settings.</summary>
    public required PrepConfig Config { get; init; }

    /// <summary>Why the data cannot be trained on; null where they can.</summary>
    public BuildRejection? Rejection { get; init; }

    /// <summary>The training split; null where the data were rejected.</summary>
    public BuiltSplit? Train { get; init; }

    /// <summary>The held-out split; null where the data were rejected.</summary>
    public BuiltSplit? Test { get; init; }

    /// <summary>Rows to show.</summary>
    public IReadOnlyList<SampleRow> Samples { get; init; } = [];
}

/// <summary><c>report.html</c>: one page that needs nothing beside itself, no script, and has no time in it, so that the same data give the same bytes.</summary>
internal static class HtmlReport
{
    private static readonly Markup Style = Markup.Trusted(ReadStyle());

    /// <summary>The page.</summary>
    public static string Write(ReportPage page, SampleView view)
    {
        var report = page.Report;
        var content = Markup.Of($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Dataset report</title>
            <style>{Style}</style>
            </head>
            <body><main>
            {Head(page)}
            {Tiles(page)}
            {Section("Rows", "What became of every row, stage by stage.", Charts.Funnel(report.Stages))}
            {Section("Lengths", $"Token sequences by length; the longest allowed is {page.Config.MaxSequenceLength.ToString("N0", CultureInfo.InvariantCulture)}, or what model and batch take.", Charts.Lengths(report.TrainLengths, report.TestLengths), SideLegend(), Fences(report))}
            {Splits(page)}
            {Section("As the model sees it", "Rows with the smallest ids, token by token; what is learned stands on green.", Markup.Join(page.Samples.Select(view.Show)))}
            {ReportTables.Duplicates(report)}
            {Section("Personal data and secrets", "Values found in rows that could be read, by kind; never the values themselves.", Charts.Bars(report.PersonalData.Select(entry => (entry.Key, entry.Value, "found"))))}
            {ReportTables.Problems(report)}
            {ReportTables.Files(report)}
            <section><details><summary>Settings</summary><pre>{JsonSerializer.Serialize(page.Config, ContractsJson.Indented)}</pre></details></section>
            <footer>Preparation {DatasetBuilder.Version}. The same files, settings and model give the same report.</footer>
            </main></body>
            </html>

            """);
        return content.ToString();
    }

    /// <summary>A part of the page; nothing where it has no content.</summary>
    internal static Markup Section(string title, string about, params IReadOnlyList<Markup> content) =>
        content[0].IsEmpty ? Markup.None : Markup.Of($"""<section><h2>{title}</h2><p class="sub">{about}</p>{content}</section>""");

    private static Markup Head(ReportPage page) => page.Rejection is { } rejection
        ? Markup.Of($"""<p class="eyebrow">Dataset report</p><h1>These data cannot be trained on</h1><p><span class="verdict no">{Charts.Title(rejection.Code)}</span></p><p>{rejection.Reason}</p>""")
        : Markup.Of($"""<p class="eyebrow">Dataset report</p><h1>{page.Train?.Rows ?? 0} rows to train on, {page.Test?.Rows ?? 0} held out</h1><p><span class="verdict">ready to train</span></p>""");

    private static Markup Tiles(ReportPage page)
    {
        var report = page.Report;
        var tokens = (page.Train?.Tokens ?? 0) + (page.Test?.Tokens ?? 0);
        var learned = (page.Train?.SupervisedTokens ?? 0) + (page.Test?.SupervisedTokens ?? 0);
        return Markup.Of($"""
            <div class="tiles">
            <div class="tile"><b>{report.RowsRead}</b><span>rows read from {report.Files.Count} {(report.Files.Count == 1 ? "file" : "files")}</span></div>
            <div class="tile"><b>{Percent(report.RowsKept, report.RowsRead)}</b><span>of them kept</span></div>
            <div class="tile"><b>{report.ProblemCounts.Values.Sum(count => (long)count)}</b><span>problems of {report.ProblemCounts.Count} kinds</span></div>
            <div class="tile"><b>{report.Duplicates}</b><span>exact duplicates</span></div>
            <div class="tile"><b>{tokens}</b><span>tokens</span></div>
            <div class="tile"><b>{Percent(learned, tokens)}</b><span>of them learned</span></div>
            </div>
            """);
    }

    private static Markup Splits(ReportPage page)
    {
        if (page is not { Train: { } train, Test: { } test })
        {
            return Markup.None;
        }

        var table = Markup.Of($"""
            <table><tr><th>side</th><th class="n">rows</th><th class="n">tokens</th><th class="n">learned</th><th class="n">shards</th></tr>
            <tr><td><span class="dot train"></span>to train on</td><td class="n">{train.Rows}</td><td class="n">{train.Tokens}</td><td class="n">{train.SupervisedTokens}</td><td class="n">{train.MoreShards.Count + 1}</td></tr>
            <tr><td><span class="dot test"></span>held out</td><td class="n">{test.Rows}</td><td class="n">{test.Tokens}</td><td class="n">{test.SupervisedTokens}</td><td class="n">{test.MoreShards.Count + 1}</td></tr></table>
            """);
        return Section("Splits", $"A row's side depends on the row alone ({page.Config.Split.By}); growing data move none.", Charts.Sides(train.Rows, test.Rows), table, ReportTables.Strata(page.Report));
    }

    private static Markup Fences(DataReport report) => report.LengthFences is not { } fences ? Markup.None : Markup.Of(
        $"""<p class="legend">Half of the rows have at most {fences.Median} tokens. Rows of less than {fences.Shortest} or more than {fences.Longest} are told as outliers.</p>""");

    private static Markup SideLegend() => Markup.Of($"""<p class="legend"><span class="dot train"></span><span>to train on</span><span class="dot test"></span><span>held out</span></p>""");

    private static string Percent(long part, long whole) => whole == 0 ? "–" : ((double)part / whole).ToString("P1", CultureInfo.InvariantCulture);

    private static string ReadStyle()
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css") ?? throw new InvalidOperationException("The page's style is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
