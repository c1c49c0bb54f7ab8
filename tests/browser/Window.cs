using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace LoraMesh.BrowserTests;

/// <summary>A browser's window on the dashboard.</summary>
internal sealed class Window(IBrowserContext context) : IAsyncDisposable
{
    // Where they are kept for people to look at, if somewhere.
    private static readonly string? Screenshots = Environment.GetEnvironmentVariable("LORAMESH_SCREENSHOTS");

    private readonly List<string> _complaints = [];
    private IPage? _page;

    public IPage Page => _page ?? throw new InvalidOperationException("Nothing is open yet.");

    /// <summary>Opens an address, and waits until the page is connected.</summary>
    public async Task GoToAsync(string path, bool isLive = true)
    {
        if (_page is null)
        {
            _page = await context.NewPageAsync();
            _page.SetDefaultTimeout(20_000);
            _page.Console += (_, message) =>
            {
                if (message.Type is "error" or "warning")
                {
                    _complaints.Add(message.Text);
                }
            };
            _page.PageError += (_, problem) => _complaints.Add(problem);
        }

        await _page.GotoAsync(path);
        if (isLive && !_page.Url.Contains("/sign-in", StringComparison.Ordinal))
        {
            await ConnectedAsync();
        }
    }

    /// <summary>Waits until what is clicked is heard.</summary>
    public Task ConnectedAsync() => Page.Locator("html[data-live]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });

    /// <summary>Asserts that axe-core finds nothing that WCAG 2.2 AA or good practice forbids.</summary>
    public async Task AssertAccessibleAsync()
    {
        var result = await Page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join("\n", result.Violations.Select(Describe)));
    }

    /// <summary>Keeps a picture, where pictures are wanted.</summary>
    public async Task PictureAsync(string name, bool whole = true)
    {
        if (Screenshots is not null)
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Screenshots, name + ".png"), FullPage = whole });
        }
    }

    /// <summary>Text of the element that has the focus.</summary>
    public Task<string> FocusedAsync() => Page.EvaluateAsync<string>("document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.innerText?.trim() ?? ''");

    /// <summary>Expected complaints, such as of a status that a test provokes.</summary>
    public void Forgive(string part) => _complaints.RemoveAll(complaint => complaint.Contains(part, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        Assert.True(_complaints.Count == 0, string.Join("\n", _complaints));
    }

    private static string Describe(AxeResultItem item) => $"{item.Id} ({item.Impact}): {item.Help}\n  {string.Join("\n  ", item.Nodes.Take(5).Select(node => node.Html))}";
}
