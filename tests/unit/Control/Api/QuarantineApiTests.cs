using LoraMesh.Contracts;

namespace LoraMesh.UnitTests.Control.Api;

public sealed class QuarantineApiTests
{
    private const string Retired = """{"messageId":"0","messageType":["urn:message:LoraMesh.Contracts:AdapterRetired"],"message":{"project":"faq","version":3}}""";

    [Fact]
    public async Task Message_InQuarantine_IsListedShownReplayedAndGone()
    {
        await using var control = await ApiHarness.StartAsync();
        await control.Quarantine.PutAsync("inference-adapter-retired", Retired, "IOException: the disk is full", CancellationToken.None);

        var listed = Assert.Single((await control.GetAsync<QuarantineList>("/api/v1/quarantine")).Data);
        Assert.Equal(("inference-adapter-retired", "IOException: the disk is full", 1, null), (listed.Queue, listed.Error, listed.Count, listed.Body));
        Assert.Equal(Retired, (await control.GetAsync<QuarantinedMessage>($"/api/v1/quarantine/{listed.Id}")).Body);
        await control.PostAsync<QuarantinedMessage>($"/api/v1/quarantine/{listed.Id}/replay", new { });

        Assert.Equal(new AdapterRetired { Project = "faq", Version = 3 }, await control.NextMessageAsync());
        Assert.Empty((await control.GetAsync<QuarantineList>("/api/v1/quarantine")).Data);
    }

    [Theory]
    [InlineData("no json at all")]
    [InlineData("""{"messageType":["urn:message:LoraMesh.Contracts:NeverHeardOf"],"message":{}}""")]
    [InlineData("""{"messageType":["urn:message:LoraMesh.Contracts:AdapterRetired"],"message":{"project":"faq"}}""")]
    public async Task Message_ThatCannotBeOpened_IsNotReplayedButCanBeDiscarded(string body)
    {
        await using var control = await ApiHarness.StartAsync();
        await control.Quarantine.PutAsync("control", body, "JsonException: not readable", CancellationToken.None);
        var id = Assert.Single((await control.GetAsync<QuarantineList>("/api/v1/quarantine")).Data).Id;

        Assert.Equal("not_replayable", (await control.PostAsync<ErrorBody>($"/api/v1/quarantine/{id}/replay", new { }, 409)).Error.Code);
        await control.PostAsync<QuarantinedMessage>($"/api/v1/quarantine/{id}/discard", new { });

        Assert.Equal("not_in_quarantine", (await control.PostAsync<ErrorBody>($"/api/v1/quarantine/{id}/discard", new { }, 404)).Error.Code);
    }
}
