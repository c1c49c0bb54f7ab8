using System.Globalization;
using System.Text.Json;
using LoraMesh.Contracts;

namespace LoraMesh.Evaluator.Verdict;

/// <summary>What a candidate must keep to, however much better it is: absolute values, regression sets, classes, size and speed.</summary>
internal sealed class GateLimits(ScoreSheet sheet, EvaluationConfig config)
{
    private readonly GateConfig _gate = config.Gate;

    // A loss is not known of sets and classes.
    private string Metric => _gate.Metric == AnswerMetricNames.Loss ? AnswerMetricNames.ExactMatch : _gate.Metric;

    internal IEnumerable<GateCheck> Checks() => [.. Values(), .. RegressionSets(), .. Classes(), .. Costs()];

    private IEnumerable<GateCheck> Values()
    {
        if (config.MinExactMatch > 0)
        {
            var found = sheet.Candidate.Figures.ExactMatch;
            yield return Check("min_exact_match", found >= config.MinExactMatch, $"exact match is {found:P1} of {sheet.Candidate.Figures.Rows} rows, min_exact_match asks for {config.MinExactMatch:P1}.");
        }

        foreach (var (metric, least) in _gate.Minimums)
        {
            var found = Value(metric);
            yield return Check("minimum", found >= least, $"{metric} is {found:0.####}, gate.minimums asks for {least:0.####} or more.");
        }

        foreach (var (metric, most) in _gate.Maximums)
        {
            var found = Value(metric);
            yield return Check("maximum", found <= most, $"{metric} is {found:0.####}, gate.maximums asks for {most:0.####} or less.");
        }
    }

    private double Value(string metric) =>
        metric == AnswerMetricNames.Loss ? sheet.Candidate.Figures.Loss
        : sheet.HeldOut.Rows.Count == 0 ? double.NaN
        : sheet.Figures(sheet.HeldOut, metric).Candidate.Value;

    private IEnumerable<GateCheck> RegressionSets()
    {
        foreach (var set in sheet.Sets.Where(set => set.Name is not null))
        {
            var margin = _gate.RegressionMargins.GetValueOrDefault(set.Name!, _gate.RegressionMargin);
            var own = sheet.Scores(sheet.Candidate, set, Metric).Average();
            foreach (var other in sheet.Others)
            {
                var theirs = sheet.Scores(other, set, Metric).Average();
                yield return Check("regression_set", own >= theirs - margin - Rounding, $"on {set.Name} {Metric} over {set.Rows.Count} rows is {own:0.0000} against {theirs:0.0000} of {other.Name}, a margin of {margin:0.####} is allowed.");
            }
        }
    }

    private IEnumerable<GateCheck> Classes()
    {
        if (_gate.Classes is not { } classes)
        {
            yield break;
        }

        var groups = sheet.HeldOut.Rows.Select((row, index) => (Class: ClassOf(row.Reference, classes.Field), index)).Where(entry => entry.Class is not null)
            .GroupBy(entry => entry.Class!, entry => entry.index, StringComparer.Ordinal).Where(group => group.Count() >= classes.MinRows).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        var own = sheet.Scores(sheet.Candidate, sheet.HeldOut, Metric);
        var kept = true;
        foreach (var other in sheet.Others)
        {
            var theirs = sheet.Scores(other, sheet.HeldOut, Metric);
            foreach (var group in groups)
            {
                var (mine, its) = (group.Average(row => own[row]), group.Average(row => theirs[row]));
                if (mine < its - classes.MaxDrop - Rounding)
                {
                    kept = false;
                    yield return Check("class", false, $"of class '{Shown(group.Key)}' {Metric} over {group.Count()} rows is {mine:0.0000} against {its:0.0000} of {other.Name}, a drop of {classes.MaxDrop:0.####} is allowed.");
                }
            }
        }

        if (kept)
        {
            yield return Check("class", true, $"none of {groups.Count} classes with {classes.MinRows} rows or more drops by more than {classes.MaxDrop:0.####}.");
        }
    }

    private IEnumerable<GateCheck> Costs()
    {
        if (_gate.MaxAdapterBytes is { } bytes)
        {
            var found = sheet.Report.AdapterBytes;
            yield return Check("adapter_bytes", found <= bytes, found is null ? (FormattableString)$"the size of the adapter is not in the report, gate.max_adapter_bytes allows {bytes}." : $"the adapter has {found} bytes, gate.max_adapter_bytes allows {bytes}.");
        }

        if (_gate.MaxSlowdown is { } ratio)
        {
            var found = sheet.Report.Slowdown;
            yield return Check("slowdown", found <= ratio, found is null ? (FormattableString)$"the time for a token was not measured, gate.max_slowdown allows {ratio:0.##} times that of the base." : $"a token takes {found:0.00} times as long as without the adapter, gate.max_slowdown allows {ratio:0.##}.");
        }
    }

    // Two means of the same rows may differ in their last digits only.
    private const double Rounding = 1e-9;

    private static string? ClassOf(string reference, string? field)
    {
        if (field is null)
        {
            return reference.Trim();
        }

        try
        {
            using var json = JsonDocument.Parse(reference);
            var value = json.RootElement;
            foreach (var name in field.Split('.'))
            {
                if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
                {
                    return null;
                }
            }

            return value.ToString();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Shown(string text) => text.Length > 60 ? text[..60] + "…" : text;

    private static GateCheck Check(string name, bool passed, FormattableString reason) => new() { Name = name, Passed = passed, Reason = reason.ToString(CultureInfo.InvariantCulture) };
}
