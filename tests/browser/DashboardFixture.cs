using Microsoft.Playwright;

namespace LoraMesh.BrowserTests;

/// <summary>One browser and one running control with something of everything, for the tests that only look.</summary>
public sealed class DashboardFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal ApiHarness? Control { get; private set; }

    internal Seed Seed { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Chromium.Path is null)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium.Path, Args = ["--no-sandbox", "--disable-gpu"] });
        Control = await ApiHarness.StartAsync(settings: new Dictionary<string, string?> { ["Control:MaxFileBytes"] = "2000000" });
        Seed = new Seed(Control);
        await Seed.SomeOfEverythingAsync();
    }

    public async Task DisposeAsync()
    {
        if (Control is not null)
        {
            await Control.DisposeAsync();
        }

        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>A window of its own, with nothing remembered; whatever the page's console complains of fails <see cref="Window.DisposeAsync"/>.</summary>
    internal async Task<Window> OpenAsync(string path, ApiHarness? control = null, ColorScheme colours = ColorScheme.Light, int width = 1280)
    {
        var window = new Window(await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = (control ?? Control!).Client.BaseAddress!.ToString(),
            ColorScheme = colours,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
        }));
        await window.GoToAsync(path);
        return window;
    }
}

/// <summary>The tests of one fixture.</summary>
[CollectionDefinition(Name)]
public sealed class DashboardTests : ICollectionFixture<DashboardFixture>
{
    public const string Name = "dashboard";
}
