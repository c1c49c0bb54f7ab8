using System.ComponentModel.DataAnnotations;
using LoraMesh.Contracts;
using LoraMesh.Evaluator;
using LoraMesh.Evaluator.Hooks;
using LoraMesh.Evaluator.Verdict;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoraMesh.NumericsTests.Evaluator;

/// <summary>Figures that come from programs and addresses of the operator's.</summary>
public sealed class MetricHookTests
{
    private static readonly EvaluationConfig Config = new() { Metrics = ["hook:own"], Gate = new GateConfig { Metric = "hook:own" } };

    // Counts the letters of each answer, with the tools that every system has.
    private const string Letters = """while read -r line; do p=${line##*prediction\":\"}; p=${p%%\"*}; echo ${#p}; done""";

    [Fact]
    public async Task Add_Program_ScoresEveryAnswerAndDecides()
    {
        var scored = await AddAsync(new MetricHookOptions { Command = ["/bin/sh", "-c", Letters] });

        Assert.Equal(40, scored.HookScores[0].Candidate.Count);
        var report = Gate.Judge(scored, Config);
        Assert.Equal(GateDecision.Promote, report.Decision);
        Assert.Contains("hook:own over 40 rows", report.Reason, StringComparison.Ordinal);
        var metric = Assert.Single(report.Metrics);
        Assert.Equal(("hook:own", scored.HookScores[0].Candidate.Average()), (metric.Metric, metric.Candidate.Value));
    }

    [Theory]
    [InlineData("cat >/dev/null; echo 1", "did not write one number for each of 40 rows")]
    [InlineData("cat >/dev/null; yes 1", "took longer than")]
    [InlineData("cat >/dev/null; yes 1 | head -41", "did not write one number for each of 40 rows")]
    [InlineData("cat >/dev/null; yes NaN | head -40", "did not write one number")]
    [InlineData("cat >/dev/null; head -c 1000000 /dev/zero", "did not write one number")]
    [InlineData("cat >/dev/null; echo broken >&2; exit 3", "exit code 3")]
    [InlineData("sleep 60", "took longer than")]
    [InlineData("exec no-such-program", "exit code 127")]
    [InlineData("cat >/dev/null; test -z \"$HOME$LORAMESH_Secret\" || exit 9; exit 4", "exit code 4")]
    [InlineData("cat >/dev/null; dd if=/dev/zero of=/dev/null bs=300M count=1 || exit 7", "exit code 7")]
    public async Task Add_ProgramThatMisbehaves_IsAVerdictThatSaysWhat(string script, string expected)
    {
        var hook = new MetricHookOptions { Command = ["/bin/sh", "-c", script], Timeout = TimeSpan.FromSeconds(expected == "took longer than" ? 1 : 100), MemoryBytes = 64L << 20 };

        var problem = await Assert.ThrowsAsync<EvaluationFailedException>(() => AddAsync(hook));

        Assert.Equal("hook_failed", problem.Code);
        Assert.Contains(expected, problem.Code + problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_Address_ScoresEveryAnswer()
    {
        await using var server = await ServeAsync(async request =>
        {
            var asked = (await request.ReadFromJsonAsync<System.Text.Json.Nodes.JsonNode>())!["rows"]!.AsArray();
            return Results.Json(new { scores = asked.Select(row => row!["prediction"]!.GetValue<string>().Contains("yes", StringComparison.Ordinal) ? 1.0 : 0.0) });
        });

        var scored = await AddAsync(new MetricHookOptions { Url = server.Urls.First() + "/score" });

        Assert.Equal((30, 2), (scored.HookScores[0].Candidate.Sum(), scored.HookScores[0].Base.Sum()));
        Assert.Equal(GateDecision.Promote, Gate.Judge(scored, Config).Decision);
    }

    [Fact]
    public async Task Add_Judge_IsAskedOfEveryAnswerWithItsKey()
    {
        var keys = new System.Collections.Concurrent.ConcurrentBag<string>();
        await using var server = await ServeAsync(async request =>
        {
            keys.Add(request.Headers.Authorization!);
            var body = (await request.ReadFromJsonAsync<System.Text.Json.Nodes.JsonNode>())!;
            Assert.Equal("judge-1", body["model"]!.GetValue<string>());
            var text = body["messages"]![0]!["content"]!.GetValue<string>();
            return Results.Json(new { choices = new[] { new { message = new { content = text.Contains("Answer to judge:\n yes", StringComparison.Ordinal) ? "9.5 of 10" : "0" } } } });
        });

        var scored = await AddAsync(new MetricHookOptions { JudgeUrl = server.Urls.First() + "/score/v1", JudgeModel = "judge-1", ApiKey = "hidden" });

        Assert.Equal(30 * 9.5, scored.HookScores[0].Candidate.Sum());
        Assert.All(keys, key => Assert.Equal("Bearer hidden", key));
    }

    [Theory]
    [InlineData(500, "{}", "status 500")]
    [InlineData(302, "{}", "status 302")]
    [InlineData(200, "{\"scores\": [1]}", "1 scores for 40 rows")]
    [InlineData(200, "{\"scores\": [\"a\"]}", "not as expected")]
    [InlineData(200, "no JSON", "not as expected")]
    public async Task Add_AddressThatMisbehaves_IsAVerdictThatSaysWhat(int status, string body, string expected)
    {
        await using var server = await ServeAsync(_ => Task.FromResult(Results.Text(body, "application/json", statusCode: status)));

        var problem = await Assert.ThrowsAsync<EvaluationFailedException>(() => AddAsync(new MetricHookOptions { Url = server.Urls.First() + "/score" }));

        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_HookThatTheOperatorDidNotSet_IsAVerdict()
    {
        using var hooks = new MetricHooks(Options.Create(new EvaluatorOptions()));

        Assert.Equal("unknown_hook", (await Assert.ThrowsAsync<EvaluationFailedException>(() => hooks.AddAsync(Reports.Counted(4, 1, 1), Config, CancellationToken.None))).Code);
    }

    [Fact]
    public void Options_ThatAreWrong_NameTheHook()
    {
        var options = new EvaluatorOptions { Hooks = { ["own"] = new MetricHookOptions { Command = ["true"], Url = "ftp://x" } } };

        Assert.Equal(2, options.Validate(new ValidationContext(options)).Count(problem => problem.ErrorMessage!.Contains("'own'", StringComparison.Ordinal)));
    }

    private static async Task<EvaluationReport> AddAsync(MetricHookOptions hook)
    {
        using var hooks = new MetricHooks(Options.Create(new EvaluatorOptions { Hooks = { ["own"] = hook } }));
        return await hooks.AddAsync(Reports.Counted(40, candidateRight: 30, baseRight: 2), Config, CancellationToken.None);
    }

    private static async Task<WebApplication> ServeAsync(Func<HttpRequest, Task<IResult>> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/score/{**rest}", (HttpRequest request) => answer(request));
        await app.StartAsync();
        return app;
    }
}
