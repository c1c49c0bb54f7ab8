using LoraMesh.Contracts;
using LoraMesh.Storage;

namespace LoraMesh.UnitTests.Control.Api;

public sealed class ApiTests
{
    [Fact]
    public async Task Drop_OverHttp_BecomesAServingAdapter()
    {
        await using var control = await ApiHarness.StartAsync(workers: true);
        var drop = await control.DropAsync("faq", "sub/a.jsonl", "{}");
        var run = await control.RunOfAsync(drop);

        var seen = await control.FollowAsync(run, _ => false);

        Assert.Equal((Buckets.Inbox, "faq/sub/a.jsonl", 2L), (drop.Bucket, drop.Key, drop.Bytes));
        Assert.Equal(RunStates.Promoted, seen[^1].State);
        var view = await control.GetAsync<RunView>($"/api/v1/runs/{run}");
        Assert.Equal((1, true, 0.9), (view.Version, view.Promoted, view.Adapter!.ExactMatch));
        Assert.Equal([run], (await control.GetAsync<RunList>("/api/v1/runs?project=faq&limit=5")).Data.Select(item => item.Run));
        Assert.Empty((await control.GetAsync<RunList>("/api/v1/runs?project=other")).Data);
        Assert.Equal(103, (await control.GetAsync<DataReport>($"/api/v1/runs/{run}/report")).RowsRead);
        Assert.Equal(0.5, (await control.GetAsync<EvaluationReport>($"/api/v1/runs/{run}/evaluation")).LogitDifference);
        Assert.Equal(1, (await control.Blobs.FindJsonAsync<AdapterAlias>(Buckets.Adapters, "faq/aliases/champion.json"))!.Version);
        Assert.Equal(run, (await control.DropAsync("faq", "sub/a.jsonl", "{}")).Run);
    }

    [Fact]
    public async Task Export_OverHttp_HasEveryTableARowALine()
    {
        await using var control = await ApiHarness.StartAsync(workers: true);
        var run = await control.RunOfAsync(await control.DropAsync("faq", "a", "a"));
        await control.FollowAsync(run, _ => false);

        var rows = (await control.Client.GetStringAsync(new Uri("/api/v1/registry/export", UriKind.Relative))).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!).ToLookup(row => row["table"]!.GetValue<string>(), row => row["row"]!);

        Assert.Equal(["aliases", "audit", "datasets", "drops", "projects", "runs", "versions"], rows.Select(table => table.Key).Order(StringComparer.Ordinal));
        Assert.Equal((run, "faq"), (Assert.Single(rows["runs"])["run_id"]!.GetValue<string>(), Assert.Single(rows["projects"])["name"]!.GetValue<string>()));
        Assert.Contains(rows["audit"], entry => entry["what"]!.GetValue<string>() == "adapter_promoted" && entry["hash"] is not null);
    }

    [Fact]
    public async Task Champion_ByHand_MovesBackAndForth()
    {
        await using var control = await ApiHarness.StartAsync(workers: true);
        foreach (var file in new[] { "a", "b" })
        {
            var run = await control.RunOfAsync(await control.DropAsync("faq", file, file));
            Assert.Equal(RunStates.Promoted, (await control.FollowAsync(run, _ => false))[^1].State);
        }

        var promoted = await control.PostAsync<AdapterView>("/api/v1/projects/faq/promote", new PromoteRequest { Version = 1, Reason = "steadier" });
        var rolledBack = await control.PostAsync<AdapterView>("/api/v1/projects/faq/rollback", new { });

        Assert.Equal((1, 2), (promoted.Version, rolledBack.Version));
        Assert.Equal(["champion"], (await control.GetAsync<AdapterList>("/api/v1/projects/faq/adapters")).Data[0].Aliases);
        Assert.Equal("already_champion", (await control.PostAsync<ErrorBody>("/api/v1/projects/faq/promote", new PromoteRequest { Version = 2 }, 409)).Error.Code);
        var unknown = await control.PostAsync<ErrorBody>("/api/v1/projects/faq/promote", new PromoteRequest { Version = 7 }, 404);
        Assert.Contains("it has versions 2, 1", unknown.Error.Message, StringComparison.Ordinal);
        Assert.Equal("nothing_to_roll_back", (await control.PostAsync<ErrorBody>("/api/v1/projects/new/rollback", new { }, 409)).Error.Code);
    }

    [Fact]
    public async Task Events_ShowProgressAndCancelEndsThem()
    {
        await using var control = await ApiHarness.StartAsync();
        var run = await control.RunOfAsync(await control.DropAsync("faq", "a", "a"));
        var following = control.FollowAsync(run, _ => false);

        var cancelled = await control.PostAsync<RunView>($"/api/v1/runs/{run}/cancel", new CancelRequest { Reason = "wrong file" });
        var seen = await following;
        var again = await control.PostAsync<ErrorBody>($"/api/v1/runs/{run}/cancel", new CancelRequest(), 409);

        Assert.Equal((RunStates.Cancelled, "wrong file"), (cancelled.State, cancelled.Reason));
        Assert.Equal(RunStates.Cancelled, seen[^1].State);
        Assert.Contains("has ended as cancelled", again.Error.Message, StringComparison.Ordinal);
    }
}
