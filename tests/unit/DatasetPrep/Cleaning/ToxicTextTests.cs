using System.Net;
using System.Text;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Cleaning.Toxicity;
using LoraMesh.DatasetPrep.Storing;

namespace LoraMesh.UnitTests.DatasetPrep.Cleaning;

public sealed class ToxicTextTests : IDisposable
{
    // Scores by the first letter of an answer: one of eight rows says "mean".
    private const string Script = """
        #!/bin/sh
        while read -r line; do
          scores=$(printf '%s' "$line" | sed 's/^{"texts":\["//; s/"\]}$//; s/","/\n/g' | sed 's/.*mean.*/0.9/; t; s/.*/0.1/' | paste -sd, -)
          printf '{"scores":[%s]}\n' "$scores"
        done
        """;

    private readonly Sample _sample = new();
    private readonly TemporaryFolder _folder = new();

    public ToxicTextTests() => Choose("drop");

    [Fact]
    public void Build_ProgramScoresRows_DropsThoseAboveTheThreshold()
    {
        var report = Build(Program(Script)).Report;

        Assert.Equal([("toxic_text", 10L)], report.Stages.Single(stage => stage.Stage == "toxicity").Dropped.Select(entry => (entry.Key, entry.Value)));
        Assert.Equal((70, 10), (report.RowsKept, report.ProblemCounts["toxic_text"]));
        Assert.Equal(("a score of 0.90 by sh", 8), (report.Problems[0].Found, report.Problems[0].Line));
    }

    [Fact]
    public async Task Build_WebAddressScoresRows_IsAskedSomeTextsAtATime()
    {
        using var server = new HttpListener();
        var address = Listen(server);
        var sizes = new List<int>();
        var serving = ServeAsync(server, texts =>
        {
            sizes.Add(texts.Count);
            return JsonSerializer.Serialize(new { scores = texts.Select(text => text.Contains("mean", StringComparison.Ordinal) ? 1.0 : 0.0) });
        });

        var report = await Task.Run(() => Build(new ToxicitySettings { Hook = address }).Report);
        server.Stop();
        await serving;

        Assert.Equal(70, report.RowsKept);
        Assert.Equal([32, 32, 16], sizes);
    }

    [Theory]
    [InlineData("exit 3", "it ended before it answered")]
    [InlineData("read -r line; echo '{\"scores\":[0.5]}'; cat", "expected {\"scores\": […]} with 32 numbers from 0 to 1")]
    [InlineData("read -r line; echo no", "it answered no to 32 texts")]
    [InlineData("read -r line; head -c 100000 /dev/zero | tr '\\0' x; cat", "its answer has more than 65536 bytes")]
    [InlineData("sleep 600", "it gave no answer within 1 s")]
    public void Build_ProgramFails_RefusesAllDataAndSaysWhy(string script, string reason)
    {
        var rejection = Build(Program("#!/bin/sh\n" + script) with { TimeLimit = TimeSpan.FromSeconds(1) }).Rejection!;

        Assert.Equal("toxicity_hook_failed", rejection.Code);
        Assert.Contains(reason, rejection.Reason, StringComparison.Ordinal);
        Assert.Contains("DatasetPrep:ToxicityHook", rejection.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ProgramIsNotThere_RefusesAllData() =>
        Assert.Contains("cannot be started", Build(new ToxicitySettings { Hook = "/nowhere/at-all" }).Rejection!.Reason, StringComparison.Ordinal);

    [Fact]
    public void Build_WebAddressIsNotThere_RefusesAllDataWithoutItsQuery()
    {
        var reason = Build(new ToxicitySettings { Hook = "http://127.0.0.1:9/score?key=secret" }).Rejection!.Reason;

        Assert.Contains("http://127.0.0.1:9/score, failed", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_PolicyWithoutAClassifier_IsAWrongSetting() =>
        Assert.Contains("prep.policies.toxic_text is drop, but the operator has configured no classifier", Assert.Throws<ArgumentException>(() => Build(null)).Message, StringComparison.Ordinal);

    [Fact]
    public void DatasetId_WithAClassifier_IsAnother()
    {
        var model = new ModelRef { Name = "m", Digest = "1", Files = [] };

        Assert.NotEqual(DatasetIdentity.Of([], new ProjectConfig(), model), DatasetIdentity.Of([], new ProjectConfig(), model, ToxicitySettings.Read("classify")));
    }

    public void Dispose()
    {
        _sample.Dispose();
        _folder.Dispose();
    }

    private BuildOutcome Build(ToxicitySettings? toxicity)
    {
        _sample.Toxicity = toxicity;
        return _sample.Build(string.Concat(Enumerable.Range(1, 80).Select(i => $$"""{"prompt":"question {{i}}","completion":"{{(i % 8 == 0 ? "mean" : "kind")}} answer {{i}}"}""" + "\n")));
    }

    private ToxicitySettings Program(string script) => new() { Hook = "/bin/sh " + _folder.Write("hook.sh", Encoding.UTF8.GetBytes(script)) };

    private void Choose(string policy) =>
        _sample.Config = new ProjectConfig { Prep = new PrepConfig { MinRows = 2, TestShare = 0.5, Policies = new Dictionary<string, string> { ["toxic_text"] = policy }, NearDuplicates = new NearDuplicateConfig { Policy = NearDuplicatePolicy.Off } } };

    private static string Listen(HttpListener server)
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/score/";
        probe.Stop();
        server.Prefixes.Add(address);
        server.Start();
        return address;
    }

    private static async Task ServeAsync(HttpListener server, Func<IReadOnlyList<string>, string> answer)
    {
        try
        {
            while (true)
            {
                var context = await server.GetContextAsync();
                var request = await JsonDocument.ParseAsync(context.Request.InputStream);
                var content = Encoding.UTF8.GetBytes(answer([.. request.RootElement.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)]));
                await context.Response.OutputStream.WriteAsync(content);
                context.Response.Close();
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // The server was stopped.
        }
    }
}
