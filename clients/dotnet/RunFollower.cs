using LoraMesh.Contracts;

namespace LoraMesh.Client;

/// <summary>
/// Follows a run to its end over events, or by polling where events do not come, through restarts of the suite.
/// </summary>
/// <param name="client">The suite.</param>
/// <param name="time">Clock and delays.</param>
/// <param name="note">Takes a line when the connection is lost and when it is back.</param>
public sealed class RunFollower(SuiteClient client, TimeProvider time, Action<string> note)
{
    /// <summary>How long a suite may stay away before waiting is given up.</summary>
    public static readonly TimeSpan MaxAbsence = TimeSpan.FromMinutes(5);

    // A connection may die without a word; after this silence the run is asked for instead.
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private long? _lostAt;

    /// <summary>Shows every change of a run until it has ended.</summary>
    /// <returns>The run as it ended.</returns>
    /// <exception cref="SuiteUnreachableException">The suite stayed away for longer than <see cref="MaxAbsence"/>.</exception>
    public async Task<RunView> FollowAsync(string run, Action<RunView> show, CancellationToken cancellationToken)
    {
        RunView? last = null;
        void Take(RunView view)
        {
            last = view;
            show(view);
        }

        while (last is null || !RunStates.IsTerminal(last.State))
        {
            await PersistAsync(
                async () =>
                {
                    await ReadEventsAsync(run, Take, cancellationToken);
                    if (last is null || !RunStates.IsTerminal(last.State))
                    {
                        Take(await client.GetRunAsync(run, cancellationToken));
                    }
                },
                cancellationToken);
        }

        return last;
    }

    /// <summary>Waits until a run has taken a drop.</summary>
    /// <returns>The run's id.</returns>
    /// <exception cref="SuiteUnreachableException">The suite stayed away for longer than <see cref="MaxAbsence"/>.</exception>
    public async Task<string> WaitForRunAsync(string project, DropReceipt drop, CancellationToken cancellationToken)
    {
        string? run = null;
        while (run is null)
        {
            await PersistAsync(async () => run = (await client.FindDropAsync(project, drop, cancellationToken)).Run, cancellationToken);
            if (run is null)
            {
                await Task.Delay(Pause / 4, time, cancellationToken);
            }
        }

        return run;
    }

    private async Task ReadEventsAsync(string run, Action<RunView> take, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(MaxSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            await foreach (var view in client.EventsAsync(run, either.Token))
            {
                Found();
                silence.CancelAfter(MaxSilence);
                take(view);
                if (RunStates.IsTerminal(view.State))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Silence is no error: the caller asks for the run itself.
        }
        catch (IOException)
        {
            // A cut stream is no error either: if the suite is gone, asking for the run will tell.
        }
    }

    private async Task PersistAsync(Func<Task> attempt, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await attempt();
                Found();
                return;
            }
            catch (SuiteUnreachableException failure) when (!GaveUp(failure))
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private bool GaveUp(SuiteUnreachableException failure)
    {
        if (_lostAt is null)
        {
            _lostAt = time.GetTimestamp();
            note($"Lost the suite at {client.Address} ({failure.Problem}); trying again for {MaxAbsence.TotalMinutes:0} minutes.");
        }

        return time.GetElapsedTime(_lostAt.Value) > MaxAbsence;
    }

    private void Found()
    {
        if (_lostAt is not null)
        {
            _lostAt = null;
            note($"The suite at {client.Address} is back.");
        }
    }
}
