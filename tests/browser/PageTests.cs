using Microsoft.Playwright;

namespace LoraMesh.BrowserTests;

/// <summary>Every page with something on it: readable by people and by machines, in both palettes, without a complaint of the console.</summary>
[Collection(DashboardTests.Name)]
public sealed class PageTests(DashboardFixture dashboard)
{
    public static TheoryData<string, string, string> All => new()
    {
        { "projects", "/", "Projects" },
        { "project", "/projects/invoices", "invoices" },
        { "version", "/projects/invoices/versions/4", "invoices, version 4" },
        { "runs", "/runs", "Runs" },
        { "run-training", "/runs/{training}", "{training}" },
        { "run-promoted", "/runs/{promoted}", "{promoted}" },
        { "run-held", "/runs/{held}", "{held}" },
        { "run-rejected", "/runs/{rejected}", "{rejected}" },
        { "settings", "/projects/invoices/settings", "Settings of invoices" },
        { "drop-empty", "/drop", "Drop data" },
        { "playground-alone", "/playground", "Playground" },
        { "workers", "/workers", "Queues and workers" },
        { "quarantine", "/quarantine", "Quarantine" },
        { "audit", "/audit", "Audit trail" },
    };

    [BrowserTheory]
    [MemberData(nameof(All))]
    public async Task Page_InBothPalettes_IsAccessible(string name, string path, string heading)
    {
        foreach (var colours in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await using var window = await dashboard.OpenAsync(Named(path), colours: colours);
            await Assertions.Expect(window.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(Named(heading));
            await Assertions.Expect(window.Page.Locator("html")).ToHaveAttributeAsync("data-theme", colours == ColorScheme.Dark ? "dark" : "light");
            await window.PictureAsync($"{name}-{(colours == ColorScheme.Dark ? "dark" : "light")}");

            await window.AssertAccessibleAsync();
        }
    }

    private string Named(string text) => text.Replace("{training}", dashboard.Seed.Training, StringComparison.Ordinal).Replace("{promoted}", dashboard.Seed.Promoted, StringComparison.Ordinal)
        .Replace("{held}", dashboard.Seed.Held, StringComparison.Ordinal).Replace("{rejected}", dashboard.Seed.Rejected, StringComparison.Ordinal);
}
