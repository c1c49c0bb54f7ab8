using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Webhooks;
using LoraMesh.UnitTests.Control.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoraMesh.UnitTests.Control.Webhooks;

/// <summary>Deliveries to a receiver on this machine, which may refuse them.</summary>
public sealed class WebhookTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "a secret of thirty-two characters";

    private readonly List<(string Delivery, string Timestamp, string Signature, byte[] Body)> _heard = [];
    private WebApplication _receiver = null!;
    private ControlHarness _control = null!;
    private int _status = 200;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _receiver = builder.Build();
        _receiver.MapPost("/hook", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            _heard.Add((request.Headers["X-LoraMesh-Delivery"]!, request.Headers["X-LoraMesh-Timestamp"]!, request.Headers["X-LoraMesh-Signature"]!, body.ToArray()));
            return _status == 302 ? Results.Redirect("/elsewhere") : Results.StatusCode(_status);
        });
        await _receiver.StartAsync();
        _control = new ControlHarness(settings: new Dictionary<string, string?>
        {
            ["Webhooks:Hooks:chat:Url"] = _receiver.Urls.First() + "/hook?key=hidden",
            ["Webhooks:Hooks:chat:Secret"] = Secret,
            ["Webhooks:Hooks:chat:Events"] = "adapter_promoted, run_promoted",
        });
    }

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    public void Dispose() => _control.Dispose();

    [Fact]
    public async Task Dispatch_TellsOfWantedEventsInOrderAndSigned()
    {
        await DispatchAsync();
        var run = await _control.PromoteRunAsync();
        await DispatchAsync();

        var events = _heard.ConvertAll(delivery => JsonSerializer.Deserialize<WebhookEvent>(delivery.Body, ContractsJson.Options)!);
        Assert.Equal(["adapter_promoted", "run_promoted"], events.Select(heard => heard.Event));
        Assert.All(events, heard => Assert.Equal(("faq", run.Run, 1), (heard.Project, heard.Run, heard.Version)));
        Assert.All(_heard, delivery => Assert.Equal(WebhookSender.Sign(Secret, delivery.Delivery, delivery.Timestamp, delivery.Body), delivery.Signature));
        Assert.Equal(2, _heard.Select(delivery => delivery.Delivery).Distinct().Count());

        await DispatchAsync();
        Assert.Equal(2, _heard.Count);
    }

    [Fact]
    public async Task Test_OverHttp_DeliversASignedEventAndSaysWhatCameBack()
    {
        await using var control = await ApiHarness.StartAsync(settings: new Dictionary<string, string?> { ["Webhooks:Hooks:chat:Url"] = _receiver.Urls.First() + "/hook", ["Webhooks:Hooks:chat:Secret"] = Secret });

        var taken = await control.PostAsync<WebhookTest>("/api/v1/webhooks/chat/test", new { });
        _status = 503;
        var refused = await control.PostAsync<WebhookTest>("/api/v1/webhooks/chat/test", new { });
        await control.PostAsync<ErrorBody>("/api/v1/webhooks/other/test", new { }, 404);

        Assert.Equal(("chat", true, "200"), (taken.Name, taken.Taken, taken.Result));
        Assert.Equal((false, "503"), (refused.Taken, refused.Result));
        Assert.Equal(2, _heard.Select(delivery => delivery.Delivery).Distinct().Count());
        Assert.All(_heard, delivery => Assert.Equal(WebhookSender.Sign(Secret, delivery.Delivery, delivery.Timestamp, delivery.Body), delivery.Signature));
        Assert.All(_heard, delivery => Assert.Equal("test", JsonSerializer.Deserialize<WebhookEvent>(delivery.Body, ContractsJson.Options)!.Event));
    }

    [Fact]
    public void Sign_IsTheHmacOfIdTimeAndBody() => Assert.Equal(
        // printf 'd1.1700000000.{}' | openssl dgst -sha256 -hmac key -binary | base64
        "v1,RQgESqs9IW4P4+a7EMExtXumM3E+hwEBKsGuUJpW/JI=",
        WebhookSender.Sign("key", "d1", "1700000000", "{}"u8.ToArray()));

    [Theory]
    [InlineData(500)]
    [InlineData(302)]
    [InlineData(404)]
    public async Task Dispatch_RefusedDelivery_IsTriedAgainWithTheSameIdAndGrowingPauses(int status)
    {
        await DispatchAsync();
        await _control.PromoteRunAsync();
        _status = status;
        await DispatchAsync();
        await DispatchAsync(); // not due yet
        Assert.Single(_heard);

        _control.Time.Advance(TimeSpan.FromSeconds(1.1));
        await DispatchAsync();
        _control.Time.Advance(TimeSpan.FromSeconds(1.1));
        await DispatchAsync(); // the second pause is longer
        Assert.Equal(2, _heard.Count);

        _status = 200;
        _control.Time.Advance(TimeSpan.FromSeconds(1.1));
        await DispatchAsync();
        Assert.Equal(4, _heard.Count);
        Assert.Single(_heard.Take(3).Select(delivery => delivery.Delivery).Distinct());
    }

    [Fact]
    public async Task Dispatch_AfterADay_GivesUpAndGoesOn()
    {
        await DispatchAsync();
        await _control.PromoteRunAsync();
        _status = 500;
        await DispatchAsync();
        _control.Time.Advance(TimeSpan.FromDays(1.1));
        await DispatchAsync();
        _status = 200;
        _heard.Clear();
        await _control.PromoteRunAsync("faq", "b.jsonl");
        await DispatchAsync();

        Assert.Equal([2, 2], _heard.Select(delivery => JsonSerializer.Deserialize<WebhookEvent>(delivery.Body, ContractsJson.Options)!.Version));
    }

    [Fact]
    public async Task Dispatch_NewHook_DoesNotHearOfThePast()
    {
        await _control.PromoteRunAsync();
        await DispatchAsync();

        Assert.Empty(_heard);
    }

    [Theory]
    [InlineData("ftp://host/hook", Secret)]
    [InlineData("http://user:password@host/hook", Secret)]
    [InlineData("/hook", Secret)]
    [InlineData("http://host/hook", null)]
    public void Options_ThatAreWrong_StopTheProcessAndNameTheHook(string url, string? secret)
    {
        using var control = new ControlHarness(settings: new Dictionary<string, string?> { ["Webhooks:Hooks:chat:Url"] = url, ["Webhooks:Hooks:chat:Secret"] = secret });

        Assert.Contains("chat", Assert.Throws<OptionsValidationException>(() => control.Get<IOptions<WebhooksOptions>>().Value).Message, StringComparison.Ordinal);
    }

    private Task DispatchAsync() => _control.Get<WebhookDispatcher>().DispatchAsync(CancellationToken.None);
}
