using System.Net;
using LoraMesh.Client;
using LoraMesh.Contracts;
using LoraMesh.UnitTests.Control.Api;
using LoraMesh.UnitTests.Hosting.Access;
using LoraMesh.UnitTests.Storage;
using Microsoft.AspNetCore.Hosting;

namespace LoraMesh.UnitTests.Clients;

/// <summary>The client package against a running control.</summary>
public sealed class SuiteClientTests : IDisposable
{
    private const string AdminKey = "administrator-of-the-client";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task DropToEnd_AsTheReadmeSays()
    {
        await using var control = await ApiHarness.StartAsync(workers: true);
        using var suite = new SuiteClient(new SuiteConnection(control.Client.BaseAddress!));
        using var rows = new MemoryStream("{}"u8.ToArray());

        var drop = await suite.PutAsync("support", "tickets.jsonl", rows, CancellationToken.None);
        var states = new List<string>();
        var follower = new RunFollower(suite, TimeProvider.System, _ => { });
        var run = await follower.WaitForRunAsync("support", drop, CancellationToken.None);
        var end = await follower.FollowAsync(run, view => states.Add(view.State), CancellationToken.None);

        Assert.Equal(RunStates.Promoted, end.State);
        Assert.Equal(RunStates.Promoted, states[^1]);
        Assert.Equal(run, Assert.Single(await suite.ListRunsAsync("support", 10, CancellationToken.None)).Run);
        Assert.Equal(103, (await suite.GetReportAsync(run, CancellationToken.None)).RowsRead);
        Assert.True((await suite.GetEvaluationAsync(run, CancellationToken.None)).Promote);
        Assert.Equal(1, Assert.Single(await suite.ListAdaptersAsync("support", CancellationToken.None)).Version);
        using var export = new MemoryStream();
        await new RegistryClient(suite).ExportAsync(export, CancellationToken.None);
        Assert.Contains($"\"{run}\"", System.Text.Encoding.UTF8.GetString(export.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_BeyondTheLimit_AreSentAgainWhenTheSuiteSays_UploadsWhole()
    {
        await using var control = await ApiHarness.StartAsync(settings: new Dictionary<string, string?> { ["Control:RequestsPerSecond"] = "2", ["Control:RequestBurst"] = "2" });
        using var suite = new SuiteClient(control.Client.BaseAddress!);
        var receipts = new List<DropReceipt>();
        for (var file = 0; file < 5; file++)
        {
            using var rows = new MemoryStream(new byte[100 + file]);
            receipts.Add(await suite.PutAsync("faq", $"{file}", rows, CancellationToken.None));
        }

        Assert.Equal([100, 101, 102, 103, 104], receipts.Select(receipt => receipt.Bytes));
    }

    [Fact]
    public async Task Refusal_HasStatusCodeFieldAndTheServersWords()
    {
        await using var control = await ApiHarness.StartAsync(settings: new Dictionary<string, string?> { ["Access:Mode"] = "keys", ["Access:AdminKey"] = AdminKey });
        using var stranger = new SuiteClient(control.Client.BaseAddress!);
        using var suite = new SuiteClient(control.Client.BaseAddress!, AdminKey);

        var nobody = await Assert.ThrowsAsync<SuiteRefusedException>(() => stranger.GetRunAsync("run-0", CancellationToken.None));
        var wrong = await Assert.ThrowsAsync<SuiteRefusedException>(() => suite.CreateKeyAsync(new CreateKeyRequest { Name = "x", Days = 0 }, CancellationToken.None));

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_api_key"), (nobody.Status, nobody.Code));
        Assert.Equal((HttpStatusCode.BadRequest, "bad_days", "days"), (wrong.Status, wrong.Code, wrong.Param));
        Assert.Contains("expected 1 to", wrong.Message, StringComparison.Ordinal);
        Assert.Null(await suite.FindReportAsync("run-0", CancellationToken.None));
    }

    [Fact]
    public async Task Suite_ThatIsNotThere_OrIsNone_IsSaid()
    {
        using var absent = new SuiteClient(new Uri("http://127.0.0.1:1"));

        Assert.Equal("suite_unreachable", (await Assert.ThrowsAsync<SuiteUnreachableException>(() => absent.GetRunAsync("run-0", CancellationToken.None))).Code);
        Assert.DoesNotContain(AdminKey, new SuiteConnection(new Uri("http://127.0.0.1:1")) { Bearer = AdminKey }.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_ShowsItsCertificate_AndTrustsTheAuthorityThatItIsTold()
    {
        using var authority = new TestAuthority(_folder.Path, "ours");
        var (certificate, key) = authority.Issue("server", forClients: false);
        var (shown, shownKey) = authority.Issue("client", forClients: true);
        await using var control = await ApiHarness.StartAsync(
            settings: new Dictionary<string, string?>
            {
                ["Kestrel:Certificates:Default:Path"] = certificate, ["Kestrel:Certificates:Default:KeyPath"] = key, ["Access:ClientCertificates:CaFile"] = authority.AuthorityFile,
            },
            more: builder => builder.WebHost.UseKestrelHttpsConfiguration().UseUrls("https://127.0.0.1:0"));
        var trusting = new SuiteConnection(control.Client.BaseAddress!) { CaFile = authority.AuthorityFile };
        using var suite = new SuiteClient(trusting with { CertificateFile = shown, KeyFile = shownKey });
        using var without = new SuiteClient(trusting);
        using var strange = new SuiteClient(new SuiteConnection(control.Client.BaseAddress!) { CertificateFile = shown, KeyFile = shownKey });

        Assert.Empty(await suite.ListRunsAsync(null, 10, CancellationToken.None));
        await Assert.ThrowsAsync<SuiteUnreachableException>(() => without.ListRunsAsync(null, 10, CancellationToken.None));
        await Assert.ThrowsAsync<SuiteUnreachableException>(() => strange.ListRunsAsync(null, 10, CancellationToken.None));
    }
}
