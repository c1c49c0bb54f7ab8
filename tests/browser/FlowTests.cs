using System.Diagnostics;
using System.Globalization;
using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using LoraMesh.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LoraMesh.BrowserTests;

/// <summary>What people do with the dashboard, each on a control of its own.</summary>
[Collection(DashboardTests.Name)]
public sealed class FlowTests(DashboardFixture dashboard, ITestOutputHelper output)
{
    [BrowserFact]
    public async Task Dashboard_WithoutAnything_SaysWhatToDo()
    {
        await using var control = await ApiHarness.StartAsync();
        foreach (var (path, text) in new[] { ("/", "No project yet."), ("/runs", "No run yet."), ("/workers", "Nothing is to be done."), ("/quarantine", "Nothing is in quarantine."), ("/audit", "No entry."), ("/runs/run-000000000000", "There is no run"), ("/projects/none", "Nothing has been dropped"), ("/projects/none/versions/1", "has no version 1") })
        {
            await using var window = await dashboard.OpenAsync(path, control);

            await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync(text);
            await window.AssertAccessibleAsync();
        }
    }

    [BrowserFact]
    public async Task Run_WhileItTrains_IsShownStepByStep_WithoutReloading()
    {
        await using var control = await ApiHarness.StartAsync();
        var seed = new Seed(control);
        var run = await seed.TrainAsync("tickets", "a.jsonl", 3);
        await using var window = await dashboard.OpenAsync($"/runs/{run}", control);
        await Assertions.Expect(window.Page.Locator(".timeline")).ToContainTextAsync("3 / 240 steps");

        var times = new List<double>();
        for (var step = 4; step < 24; step++)
        {
            var shown = window.Page.EvaluateAsync<bool>(
                "text => new Promise(done => { const look = () => document.querySelector('.timeline').innerText.includes(text) ? done(true) : requestAnimationFrame(look); look(); })", $"{step} / 240 steps");
            var start = Stopwatch.GetTimestamp();
            seed.Step(run, step);
            Assert.True(await shown.WaitAsync(TimeSpan.FromSeconds(20)));
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"from a step to the screen: median {times.Order().ElementAt(times.Count / 2):0} ms, longest {times.Max():0} ms"));
        await control.PostAsync<RunView>($"/api/v1/runs/{run}/cancel", new CancelRequest { Reason = "enough" });
        await Assertions.Expect(window.Page.Locator(".runhead")).ToContainTextAsync("cancelled");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("enough");
    }

    [BrowserFact]
    public async Task Files_ThatAreDropped_StartARun_AndWrongSettingsAreRefusedWithLineAndKey()
    {
        await using var control = await ApiHarness.StartAsync(workers: true, settings: new Dictionary<string, string?> { ["Control:MaxFileBytes"] = "200000" });
        await using var window = await dashboard.OpenAsync("/drop", control);
        await window.Page.GetByLabel("Project", new() { Exact = true }).FillAsync("answers");
        var files = window.Page.GetByLabel("Drag files here, or choose some");
        await files.SetInputFilesAsync(
        [
            new FilePayload { Name = "a.jsonl", MimeType = "application/jsonl", Buffer = new byte[150_000] },
            new FilePayload { Name = "project.yaml", MimeType = "text/yaml", Buffer = "training:\n  learning_rat: 1\n"u8.ToArray() },
            new FilePayload { Name = "large.jsonl", MimeType = "application/jsonl", Buffer = new byte[200_001] },
            new FilePayload { Name = ".hidden", MimeType = "text/plain", Buffer = new byte[1] },
        ]);

        var list = window.Page.Locator(".uploads");
        await Assertions.Expect(list).ToContainTextAsync("146.5 KiB dropped as lm-inbox/answers/a.jsonl");
        await Assertions.Expect(list).ToContainTextAsync("line 2, column 3");
        await Assertions.Expect(list).ToContainTextAsync("It is larger than the allowed 195.3 KiB");
        await Assertions.Expect(list).ToContainTextAsync("would be ignored");
        await window.PictureAsync("drop");
        await window.AssertAccessibleAsync();
        await window.GoToAsync("/projects/answers");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("promoted");
    }

    [BrowserFact]
    public async Task Settings_AsTheyAreTyped_AreChecked_AndSavedOnceTheyCanBeUsed()
    {
        await using var control = await ApiHarness.StartAsync();
        await using var window = await dashboard.OpenAsync("/projects/answers/settings", control);
        var text = window.Page.GetByLabel("project.yaml");
        await text.FillAsync("training:\n  num_train_epochs: -3\n  colour: red\n");
        await Assertions.Expect(window.Page.Locator("#problems")).ToContainTextAsync("line 2");
        await Assertions.Expect(window.Page.Locator("#problems")).ToContainTextAsync("training.colour");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = "Save" })).ToBeDisabledAsync();
        await window.PictureAsync("settings");
        await window.AssertAccessibleAsync();

        await text.FillAsync("training:\n  num_train_epochs: 3\n");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator("body")).ToContainTextAsync("Saved; it counts from the next run on.");
        await window.GoToAsync("/projects/answers/settings");
        await Assertions.Expect(text).ToHaveValueAsync("training:\n  num_train_epochs: 3\n");
    }

    [BrowserFact]
    public async Task HeldRun_ThatIsApproved_AndVersions_ThatAreMoved_AreDoneAndAudited()
    {
        await using var control = await ApiHarness.StartAsync();
        var seed = new Seed(control);
        await seed.PromoteAsync("contracts", "a.csv", 0.6);
        var held = await seed.HoldAsync("contracts", "b.csv");
        await using var window = await dashboard.OpenAsync($"/runs/{held}", control);
        await window.Page.GetByLabel("Why").FillAsync("I read twenty answers");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator(".runhead")).ToContainTextAsync("promoted");

        await window.GoToAsync("/projects/contracts/versions/1");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Make champion" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator(".runhead .alias")).ToHaveTextAsync("champion");
        await window.Page.GetByLabel("Alias").FillAsync("canary");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Set alias" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator(".runhead")).ToContainTextAsync("canary");
        await window.PictureAsync("version-champion");
        await window.AssertAccessibleAsync();
        await window.GoToAsync("/audit");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("I read twenty answers");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Verify the chain" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator(".verdict")).ToContainTextAsync("Intact.");
    }

    [BrowserFact]
    public async Task Quarantine_ShowsDiscardsAndRefusesWhatCannotBeSent()
    {
        await using var control = await ApiHarness.StartAsync();
        await control.Quarantine.PutAsync("trainer", "{\"broken\": ", "JsonException: the body ends in the middle", CancellationToken.None);
        await using var window = await dashboard.OpenAsync("/quarantine", control);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Show body" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator("main pre")).ToHaveTextAsync("{\"broken\": ");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator("body")).ToContainTextAsync("cannot be sent again");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Really discard" }).ClickAsync();

        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("Nothing is in quarantine.");
    }

    [BrowserFact]
    public async Task Keyboard_Alone_ReachesContentMenuAndTheme()
    {
        await using var window = await dashboard.OpenAsync("/runs");
        await window.Page.EvaluateAsync("document.body.tabIndex = -1, document.body.focus()");
        await window.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to content", await window.FocusedAsync());
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Page.Locator("#content")).ToBeFocusedAsync();

        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Switch to dark" }).FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await window.Page.ReloadAsync();
        await Assertions.Expect(window.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await window.ConnectedAsync();

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Projects" }).FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Projects");
        Assert.Equal("Projects", await window.FocusedAsync());
    }

    [BrowserFact]
    public async Task SignIn_WithAKey_ShowsWhatItMaySee_UntilItIsRevoked()
    {
        const string Admin = "administrator-of-the-window";
        await using var control = await ApiHarness.StartAsync(settings: new Dictionary<string, string?> { ["Access:Mode"] = "keys", ["Access:AdminKey"] = Admin, ["Access:CacheTime"] = "00:00:01" });
        control.Client.DefaultRequestHeaders.Authorization = new("Bearer", Admin);
        var made = await control.PostAsync<ApiKeyView>("/api/v1/keys", new CreateKeyRequest { Name = "ada", Role = AccessRoles.Viewer, Projects = ["own"] });
        await using var window = await dashboard.OpenAsync("/runs?state=failed", control);
        await Assertions.Expect(window.Page).ToHaveTitleAsync("Sign in · LoraMesh");
        await window.Page.GetByLabel("API key").FillAsync("lm_0123456789ab_wrong");
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not known here");
        await window.AssertAccessibleAsync();
        await window.PictureAsync("sign-in");
        window.Forgive("401");

        await window.Page.GetByLabel("API key").FillAsync(made.Key!);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await window.Page.WaitForURLAsync("**/runs?state=failed");
        await window.ConnectedAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "Audit trail" })).ToHaveCountAsync(0);
        await Assertions.Expect(window.Page.GetByText("ada")).ToBeVisibleAsync();

        using var revoked = await control.Client.DeleteAsync(new Uri($"/api/v1/keys/{made.Id}", UriKind.Relative));
        await window.Page.WaitForURLAsync("**/sign-in**");
        window.Forgive("401");
    }

    [BrowserFact]
    public async Task Playground_WithoutInference_SaysWhatIsMissing()
    {
        await using var window = await dashboard.OpenAsync("/playground");

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Dashboard:InferenceUrl");
        await window.AssertAccessibleAsync();
    }

    [BrowserFact]
    public async Task Playground_AsksBaseAndAdapterSideBySide_AndSaysWhyNot()
    {
        await using var inference = await FakeInference.StartAsync();
        await using var control = await ApiHarness.StartAsync(settings: new Dictionary<string, string?> { ["Dashboard:InferenceUrl"] = inference.Address });
        await using var window = await dashboard.OpenAsync("/playground", control);
        await window.Page.GetByLabel("Question for both").FillAsync("Good day");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
        var (first, second) = (window.Page.GetByRole(AriaRole.Log, new() { Name = "Conversation with model 1" }), window.Page.GetByRole(AriaRole.Log, new() { Name = "Conversation with model 2" }));
        await Assertions.Expect(first).ToContainTextAsync("You said Good day");
        await Assertions.Expect(second).ToContainTextAsync("{\"team\": \"software\"}");
        await window.PictureAsync("playground");
        await window.AssertAccessibleAsync();

        await window.Page.GetByLabel("Question for both").FillAsync("refuse");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("longer than the model's context");
        await Assertions.Expect(first).Not.ToContainTextAsync("refuse");
        Assert.All(inference.Keys, Assert.Empty);
    }

    [BrowserFact]
    public async Task Pages_WithTenThousandRuns_ArePagedAndAccessible()
    {
        await using var control = await ApiHarness.StartAsync();
        await ManyRuns.AddAsync(control.Services.GetRequiredService<RegistryStore>(), projects: 200, runs: 10_000, entries: 10_000);
        await using var window = await dashboard.OpenAsync("/runs", control);
        await Assertions.Expect(window.Page.Locator("tbody tr")).ToHaveCountAsync(50);
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Older" }).ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "Newer" })).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator("tbody tr").First).ToContainTextAsync("run-0000000026dd");
        await window.Page.GetByLabel("State").SelectOptionAsync("failed");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await window.Page.WaitForURLAsync("**state=failed**");
        await window.ConnectedAsync();
        await Assertions.Expect(window.Page.Locator("tbody .state-failed")).ToHaveCountAsync(50);
        await window.PictureAsync("runs-full", whole: false);
        await window.AssertAccessibleAsync();

        foreach (var (path, rows) in new[] { ("/", 25), ("/audit", 50), ("/projects/project-007", 27) })
        {
            await window.GoToAsync(path);
            await Assertions.Expect(window.Page.Locator("table.list tbody tr")).ToHaveCountAsync(rows);
            await window.PictureAsync($"full{path.Replace('/', '-')}", whole: false);
            await window.AssertAccessibleAsync();
        }
    }

    [BrowserFact]
    public async Task Pages_WhileTheStoreIsAway_SaySo_AndRecoverByThemselves()
    {
        var folder = Directory.CreateTempSubdirectory("loramesh-storm-");
        var store = new StormyStore(new FolderBlobStore(folder.FullName));
        await using (var control = await ApiHarness.StartAsync(more: builder => builder.Services.AddSingleton<IBlobStore>(store)))
        {
            await using var window = await dashboard.OpenAsync("/quarantine", control);
            store.IsAway = true;
            await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Store or database are away", new() { Timeout = 20_000 });
            await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("Nothing is in quarantine.");
            await window.PictureAsync("away");
            await window.AssertAccessibleAsync();

            store.IsAway = false;
            await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        }

        folder.Delete(recursive: true);
    }

    [BrowserFact]
    public async Task Pages_OnAPhone_NeedNoScrollingSideways()
    {
        foreach (var path in new[] { "/", "/runs", $"/runs/{dashboard.Seed.Promoted}", "/projects/invoices", "/drop" })
        {
            await using var window = await dashboard.OpenAsync(path, width: 390);
            var room = await window.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            await window.PictureAsync($"phone{path.Split('/')[^1]}", whole: false);

            Assert.True(room <= 0, $"{path} is {room} pixels too wide");
            await window.AssertAccessibleAsync();
        }
    }
}
