using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Queries;
using LoraMesh.Control.Registry;

namespace LoraMesh.Control.Api;

/// <summary>A run as a stream of server-sent events: itself at once, then whenever it changes, until it has ended.</summary>
public static class RunEvents
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SharedPoll = TimeSpan.FromSeconds(1);

    /// <summary>Writes the stream; at most four events a second, and a comment where nothing changes for 15 s.</summary>
    public static async Task<IResult> StreamAsync(string id, HttpContext http, RunViews views, RunBoard board, RegistryStore registry, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var changed = new WakeSignal();

        // Of what another replica does nobody here is told.
        var pause = registry.IsShared ? SharedPoll : KeepAlive;
        board.Listen(id, changed);
        try
        {
            if (await views.FindAsync(id, ending.Token) is not { } view)
            {
                return RunEndpoints.NoSuchRun(id);
            }

            http.Response.ContentType = "text/event-stream";
            http.Response.Headers.CacheControl = "no-cache";
            await WriteAsync(http, view, null, ending.Token);
            while (!RunStates.IsTerminal(view.State))
            {
                await Task.Delay(Shortest, time, ending.Token);
                await changed.WaitAsync(pause, time, ending.Token);
                var newer = await views.FindAsync(id, ending.Token) ?? view;
                await WriteAsync(http, newer, view, ending.Token);
                view = newer;
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The listener or the server went away: the stream ends.
        }
        finally
        {
            board.Leave(id, changed);
        }

        return Results.Empty;
    }

    private static async Task WriteAsync(HttpContext http, RunView view, RunView? before, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(view, ContractsJson.Options);
        var same = before is not null && json == JsonSerializer.Serialize(before with { Seconds = view.Seconds }, ContractsJson.Options);
        await http.Response.WriteAsync(same ? ": alive\n\n" : $"data: {json}\n\n", cancellationToken);
        await http.Response.Body.FlushAsync(cancellationToken);
    }
}
