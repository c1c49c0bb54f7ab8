using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Cleaning.PersonalData;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.UnitTests.DatasetPrep.Cleaning;

public sealed class PersonalDataRewriterTests : IDisposable
{
    private const string Personal = """{"prompt":"I am anna@firm.de, call +49 30 1234567","completion":"Dear anna@firm.de, and b@firm.de"}""" + "\n";

    private readonly Sample _sample = new();

    [Fact]
    public void Build_NoPolicy_ReportsAndChangesNothing()
    {
        var outcome = _sample.Build(Sample.Rows(20) + Personal);

        Assert.Equal([("personal_email", 3L), ("personal_phone", 1L)], outcome.Report.PersonalData.Select(entry => (entry.Key, entry.Value)));
        Assert.Equal([("personal_email", 1), ("personal_phone", 1)], outcome.Report.ProblemCounts.Select(entry => (entry.Key, entry.Value)));
        var problem = outcome.Report.Problems[0];
        Assert.Equal(("a.jsonl", 21, "12 characters in message 1 (user), and 2 more", ProblemOutcome.Kept), (problem.File, problem.Line, problem.Found, problem.Outcome));
        Assert.Contains("anna@firm.de", Text(outcome), StringComparison.Ordinal);
        Assert.Equal(21, outcome.Report.RowsKept);
    }

    [Fact]
    public void Build_Repair_PutsOnePlaceholderForOneValueInTextAndTokens()
    {
        Choose(("personal_email", "repair"));

        var outcome = _sample.Build(Sample.Rows(20) + Personal);

        Assert.Contains("""{"role":"user","content":"I am [EMAIL_1], call +49 30 1234567"},{"role":"assistant","content":"Dear [EMAIL_1], and [EMAIL_2]"}""", Text(outcome), StringComparison.Ordinal);
        Assert.DoesNotContain("firm.de", Text(outcome), StringComparison.Ordinal);
        Assert.DoesNotContain("firm.de", File.ReadAllText(outcome.ReportFile.Path), StringComparison.Ordinal);
        // One token a byte: the tokens spell the placeholders too.
        Assert.Equal(Tokens(Sample.Rows(20) + """{"prompt":"I am [EMAIL_1], call +49 30 1234567","completion":"Dear [EMAIL_1], and [EMAIL_2]"}""" + "\n"), outcome.Train!.Tokens + outcome.Test!.Tokens);
    }

    [Fact]
    public void Build_Drop_LeavesTheRowOutWithItsReason()
    {
        Choose(("personal_phone", "drop"));

        var report = _sample.Build(Sample.Rows(20) + Personal).Report;

        Assert.Equal(20, report.RowsKept);
        Assert.Equal(1, report.Stages[0].Dropped["personal_phone"]);
    }

    [Fact]
    public void Build_Refuse_RefusesAllData()
    {
        Choose(("personal_email", "refuse"));

        Assert.Equal("refused_by_policy", _sample.Build(Sample.Rows(20) + Personal).Rejection!.Code);
    }

    [Fact]
    public void Build_ManyRemarks_LeaveRoomForProblemsThatCostRows()
    {
        var remarks = string.Concat(Enumerable.Range(0, 1500).Select(i => $$"""{"prompt":"from a{{i}}@firm.de","completion":"answer {{i}}"}""" + "\n"));

        var report = _sample.Build(remarks + string.Concat(Enumerable.Repeat("oops\n", 30))).Report;

        Assert.Equal(1500, report.ProblemCounts["personal_email"]);
        Assert.Equal((20, 30), (report.Problems.Count(problem => problem.Kind == "personal_email"), report.Problems.Count(problem => problem.Kind == "not_json")));
    }

    [Fact]
    public void Rewrite_ToolCallsAndTools_ChangesValuesAndKeepsTheJson()
    {
        var row = new RowContent
        {
            Kind = RowKind.Conversation,
            Tools = """[{"function":{"name":"mail","description":"Write to help@firm.de"}}]""",
            Turns = [new Turn { Role = "assistant", Content = string.Empty, ToolCalls = [new ToolCall("1", "mail", """{"to":"anna@firm.de","card":4111111111111111,"n":1.50}""")] }],
        };
        var policies = new ProblemPolicies(new PrepConfig { Policies = new Dictionary<string, string> { ["personal_email"] = "repair", ["personal_card"] = "repair" } });

        var changed = new PersonalDataRewriter(policies).Rewrite(row, new RowProblems("a", 1, policies));

        Assert.Equal("""{"to":"[EMAIL_1]","card":"[CARD_1]","n":1.50}""", changed.Turns[0].ToolCalls[0].Arguments);
        Assert.Equal("""[{"function":{"name":"mail","description":"Write to [EMAIL_2]"}}]""", changed.Tools);
    }

    [Fact]
    public void Rewrite_NothingFound_IsTheSameRow()
    {
        var row = new RowContent { Kind = RowKind.Text, Text = "Nothing here" };
        var policies = new ProblemPolicies(new PrepConfig());

        Assert.Same(row, new PersonalDataRewriter(policies).Rewrite(row, new RowProblems("a", 1, policies)));
    }

    public void Dispose() => _sample.Dispose();

    private static string Text(LoraMesh.DatasetPrep.Building.BuildOutcome outcome) => File.ReadAllText(outcome.Train!.Text.Path) + File.ReadAllText(outcome.Test!.Text.Path);

    private void Choose(params (string Kind, string Policy)[] policies) =>
        _sample.Config = _sample.Config with { Prep = _sample.Config.Prep with { Policies = policies.ToDictionary(entry => entry.Kind, entry => entry.Policy) } };

    private long Tokens(string content)
    {
        var outcome = _sample.Build(content);
        return outcome.Train!.Tokens + outcome.Test!.Tokens;
    }
}
