using System.Globalization;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Cleaning.NearDuplicates;
using LoraMesh.DatasetPrep.Pipeline;

namespace LoraMesh.DatasetPrep.Reporting;

/// <summary>The parts of a report page that are tables.</summary>
internal static class ReportTables
{
    private const int MostOfAKind = 20;

    /// <summary>Problems by kind, with their first places.</summary>
    public static Markup Problems(DataReport report)
    {
        if (report.ProblemCounts.Count == 0)
        {
            return HtmlReport.Section("Problems", "None was found.", Markup.Of($"<p></p>"));
        }

        var byKind = report.Problems.GroupBy(problem => problem.Kind, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        var counts = report.ProblemCounts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).ToList();
        var details = counts.Select((entry, place) => byKind.TryGetValue(entry.Key, out var problems) ? Kind(entry.Key, entry.Value, problems, isOpen: place == 0) : Markup.None);
        return HtmlReport.Section(
            "Problems",
            "Every problem with its place and what to do; open a kind for its lines.",
            Charts.Bars(counts.Select(entry => (entry.Key, (long)entry.Value, byKind.TryGetValue(entry.Key, out var problems) ? Outcome(problems[0]) : ProblemOutcome.Kept))),
            Markup.Of($"""<p class="legend"><span class="dot dropped"></span><span>left out</span><span class="dot repaired"></span><span>mended</span><span class="dot kept"></span><span>told, kept</span></p>"""),
            Markup.Join(details));
    }

    /// <summary>Rows that were there already, and rows that say almost the same.</summary>
    public static Markup Duplicates(DataReport report)
    {
        var dropped = report.Stages.SelectMany(stage => stage.Dropped).Where(entry => entry.Key is ExactDuplicates.Reason or NearDuplicates.Reason).ToList();
        if (dropped.Count == 0 && report.NearDuplicates.Count == 0)
        {
            return Markup.None;
        }

        var pairs = report.NearDuplicates.Select(pair => Markup.Of($"""<tr><td>{Place(pair.Row.File, pair.Row.Line)}</td><td>{Place(pair.Other.File, pair.Other.Line)}</td><td class="n">{pair.Similarity.ToString("0.00", CultureInfo.InvariantCulture)}</td></tr>"""));
        var table = report.NearDuplicates.Count == 0 ? Markup.None : Markup.Of($"""<table><tr><th>row</th><th>says almost the same as</th><th class="n">similarity</th></tr>{pairs}</table>""");
        return HtmlReport.Section("Duplicates", "Rows left out because the same, or almost the same, was there already.", Charts.Bars(dropped.Select(entry => (entry.Key, entry.Value, "kept"))), table);
    }

    /// <summary>What the files were.</summary>
    public static Markup Files(DataReport report)
    {
        var rows = report.Files.Select(file => Markup.Of($"""<tr><td>{file.File}</td><td>{file.Format ?? "–"}{(file.Compression == "none" ? "" : ", " + file.Compression)}{(file.Encoding == "utf-8" ? "" : ", " + file.Encoding)}</td><td>{string.Join(", ", file.Schemas.Keys.Select(Charts.Title))}</td><td class="n">{file.Rows}</td><td class="n">{file.Schemas.Values.Sum()}</td><td class="n">{file.Bytes}</td></tr>"""));
        return HtmlReport.Section("Files", "As their content tells.", Markup.Of($"""<div class="scroll"><table><tr><th>file</th><th>format</th><th>schema</th><th class="n">rows</th><th class="n">good</th><th class="n">bytes</th></tr>{rows}</table></div>"""));
    }

    /// <summary>The sides by stratum.</summary>
    public static Markup Strata(DataReport report)
    {
        var rows = report.Strata.Select(stratum => Markup.Of($"""<tr><td>{(stratum.Value.Length == 0 ? "–" : stratum.Value)}</td><td class="n">{stratum.Train}</td><td class="n">{stratum.Test}</td></tr>"""));
        return report.Strata.Count == 0 ? Markup.None : Markup.Of($"""<table><tr><th>stratum</th><th class="n">to train on</th><th class="n">held out</th></tr>{rows}</table>""");
    }

    private static Markup Kind(string kind, int count, List<DataProblem> problems, bool isOpen)
    {
        var rows = problems.Take(MostOfAKind).Select(problem => Markup.Of($"""<tr><td><b>{Place(problem.File, problem.Line)}</b><br><code>{problem.Path}</code></td><td>{problem.Found}</td><td>{problem.Expected}<br><span class="hint">{problem.Suggestion}</span></td></tr>"""));
        var more = count > Math.Min(problems.Count, MostOfAKind) ? Markup.Of($"""<p class="sub">The first {Math.Min(problems.Count, MostOfAKind)} of {count}.</p>""") : Markup.None;
        return Markup.Of($"""{Markup.Trusted(isOpen ? "<details open>" : "<details>")}<summary><span class="dot {Outcome(problems[0])}"></span>{Charts.Title(kind)}<span class="count">{count}</span></summary><div class="scroll"><table class="p"><tr><th>where</th><th>found</th><th>expected, and what to do</th></tr>{rows}</table></div>{more}</details>""");
    }

    private static string Outcome(DataProblem problem) => problem.Outcome ?? ProblemOutcome.Dropped;

    private static string Place(string file, int line) => line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{file}:{line}") : file;
}
