using LoraMesh.Control.Dashboard.Access;
using LoraMesh.Control.Pipeline;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Bus;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace LoraMesh.Control.Dashboard;

/// <summary>
/// A page that shows what is, and goes on doing so: it reads when it opens, whenever a run that it is about changes, and after a
/// while in any case, since what other replicas do nobody here is told. Reads never overlap.
/// </summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _leaving = new();
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly WakeSignal _changed = new();
    private CancellationTokenRegistration _stopping;
    private string? _listening;

    /// <summary>Whether nothing was read yet.</summary>
    protected bool IsLoading { get; private set; } = true;

    /// <summary>Why what is shown is old or absent, in one sentence; null where all is well.</summary>
    protected string? Problem { get; private set; }

    /// <summary>Who looks.</summary>
    protected Caller Caller { get; private set; } = new("", []);

    /// <summary>The run whose changes matter, or <see cref="RunBoard.AnyRun"/>.</summary>
    protected virtual string Watched => RunBoard.AnyRun;

    /// <summary>After what time it reads in any case.</summary>
    protected virtual TimeSpan Pause => TimeSpan.FromSeconds(1);

    /// <summary>The clock.</summary>
    [Inject]
    protected TimeProvider Time { get; set; } = default!;

    [Inject]
    private RunBoard Board { get; set; } = default!;

    [Inject]
    private IHostApplicationLifetime Lifetime { get; set; } = default!;

    [Inject]
    private ILogger<LivePage> Log { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    /// <summary>Reads what the page shows into its fields.</summary>
    protected abstract Task LoadAsync(CancellationToken cancellationToken);

    /// <summary>Reads at once, after something was done.</summary>
    protected async Task ReloadAsync()
    {
        await _reading.WaitAsync(_leaving.Token);
        try
        {
            await LoadAsync(_leaving.Token);
            Problem = null;
            IsLoading = false;
        }
        catch (Exception weather) when (WeatherRetries.IsWeather(weather))
        {
            Log.PageNotRead(weather, GetType().Name);
            Problem = IsLoading
                ? "Store or database are away at the moment; this page tries again by itself."
                : "Store or database are away at the moment; what is shown is from before, and this page tries again by itself.";
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (Authentication is not null && SessionCaller.Of((await Authentication).User) is { } caller)
        {
            Caller = caller;
        }

        try
        {
            Listen();
            await ReloadAsync();
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // Whoever looked has gone on.
        }
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            // A page that nobody closed must not ask a registry that is being closed.
            _stopping = Lifetime.ApplicationStopping.Register(_leaving.Cancel);
            _ = FollowAsync();
        }
    }

    /// <summary>Stops following.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops following.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _leaving.Cancel();
            _stopping.Dispose();
            if (_listening is not null)
            {
                Board.Leave(_listening, _changed);
            }
        }
    }

    private void Listen()
    {
        if (!RendererInfo.IsInteractive || _listening == Watched)
        {
            return;
        }

        if (_listening is not null)
        {
            Board.Leave(_listening, _changed);
        }

        _listening = Watched;
        Board.Listen(_listening, _changed);
    }

    private async Task FollowAsync()
    {
        try
        {
            while (!_leaving.IsCancellationRequested)
            {
                await Task.Delay(Shortest, Time, _leaving.Token);
                await _changed.WaitAsync(Pause, Time, _leaving.Token);
                await InvokeAsync(async () =>
                {
                    await ReloadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // Whoever looked has gone.
        }
        catch (Exception fault)
        {
            // The outermost loop of a page: the renderer shows that it failed.
            await DispatchExceptionAsync(fault);
        }
    }
}
