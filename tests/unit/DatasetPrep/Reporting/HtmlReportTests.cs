using System.Net;
using System.Text.RegularExpressions;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;

namespace LoraMesh.UnitTests.DatasetPrep.Reporting;

public sealed partial class HtmlReportTests : IDisposable
{
    private readonly Sample _sample = new();

    [Fact]
    public void Page_OfHostileData_HoldsNoneOfTheirMarkup()
    {
        const string Hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\u0022'>&lt;\u202e";
        var rows = Sample.Rows(20).Replace("question", Hostile, StringComparison.Ordinal) + $"{{\"prompt\":\"{Hostile}\"}}\n<svg onload=alert(3)>\n";

        var page = Page(_sample.Build(("\"><script>x</script>.jsonl", rows)));

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<svg onload", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\u202e", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href|url)\\s*[=(]\\s*['\"]?(https?:|//|data:)", page);
        Assert.Equal(1, Regex.Count(page, "Content-Security-Policy"));
    }

    [Fact]
    public void Page_EveryTagThatOpens_Closes()
    {
        var page = Page(_sample.Build(Sample.Rows(40) + Sample.Rows(3) + "oops\n{}\n"));

        var open = new Stack<string>();
        foreach (Match tag in Tag().Matches(page))
        {
            var name = tag.Groups["name"].Value;
            if (tag.Groups["end"].Success)
            {
                Assert.Equal(open.Pop(), name);
            }
            else if (name is not ("meta" or "br") && !tag.Value.EndsWith("/>", StringComparison.Ordinal))
            {
                open.Push(name);
            }
        }

        Assert.Empty(open);
    }

    [Fact]
    public void Page_OfADataset_TellsWhatTheReportTells()
    {
        var outcome = _sample.Build(Sample.Rows(40) + Sample.Rows(3) + """{"prompt":"write to ann@example.org","completion":"done, ann@example.org"}""" + "\noops\n{}\n");

        var text = WebUtility.HtmlDecode(Page(outcome));

        Assert.Contains($"{outcome.Train!.Rows} rows to train on, {outcome.Test!.Rows} held out", text, StringComparison.Ordinal);
        Assert.Contains("46 → 44 rows", text, StringComparison.Ordinal);
        Assert.Contains("−3</tspan> duplicate", text, StringComparison.Ordinal);
        Assert.Contains("personal email", text, StringComparison.Ordinal);
        Assert.DoesNotContain("found ann@", text, StringComparison.Ordinal);
        foreach (var problem in outcome.Report.Problems)
        {
            Assert.Contains($"{problem.File}:{problem.Line}", text, StringComparison.Ordinal);
            Assert.Contains(problem.Found, text, StringComparison.Ordinal);
            Assert.Contains(problem.Suggestion, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Page_Samples_AreTheModelsTokensWithTheirMask()
    {
        var outcome = _sample.Build(Sample.Rows(40));

        var figure = Figure().Match(Page(outcome));

        var learned = string.Concat(Token().Matches(figure.Value).Where(token => token.Groups["learned"].Success).Select(token => token.Groups["text"].Value));
        var all = string.Concat(Token().Matches(figure.Value).Select(token => token.Groups["text"].Value));
        Assert.Matches("^answer \\d+<\\|end\\|>$", WebUtility.HtmlDecode(learned));
        Assert.Matches("^<\\|start\\|>user↵\nquestion \\d+<\\|end\\|>↵\n<\\|start\\|>assistant↵\nanswer \\d+<\\|end\\|>↵\n$", WebUtility.HtmlDecode(all));
        Assert.Equal(6, Figure().Count(Page(outcome)));
    }

    [Fact]
    public void Page_OfRejectedData_GivesTheReason()
    {
        _sample.Config = new ProjectConfig { Prep = new PrepConfig { MinRows = 20 } };

        var outcome = _sample.Build(Sample.Rows(3));

        Assert.Contains(outcome.Rejection!.Reason, WebUtility.HtmlDecode(Page(outcome)), StringComparison.Ordinal);
    }

    public void Dispose() => _sample.Dispose();

    private static string Page(BuildOutcome outcome) => File.ReadAllText(outcome.ReportPage.Path);

    [GeneratedRegex("<(?<end>/)?(?<name>[a-z][a-z0-9]*)[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("<figure>.*?</figure>", RegexOptions.Singleline)]
    private static partial Regex Figure();

    [GeneratedRegex("<span class=\"t(?<learned> l)?\">(?<text>.*?)</span>", RegexOptions.Singleline)]
    private static partial Regex Token();
}
