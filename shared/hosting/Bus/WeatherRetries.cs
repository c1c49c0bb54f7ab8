using System.Data.Common;
using LoraMesh.Hosting.Jobs;
using MassTransit;

namespace LoraMesh.Hosting.Bus;

/// <summary>
/// How long a message waits for its surroundings: store, database or network that stay away for some minutes are no fault of
/// the message. It stays unacknowledged in its queue meanwhile, where an operator sees it; the sum of the delays (nine and a half minutes)
/// stays far below the 30 minutes after which brokers take an unacknowledged message back.
/// </summary>
public static class WeatherRetries
{
    /// <summary>Retries of a command before a worker lets go of it: control issues it again, to whoever is free then.</summary>
    public const int OfCommands = 3;

    /// <summary>The delay before each retry.</summary>
    public static IReadOnlyList<TimeSpan> Delays { get; } =
        [.. new[] { 0.2, 0.6, 1.4, 3, 6, 10, 15 }.Concat(Enumerable.Repeat(30.0, 18)).Select(TimeSpan.FromSeconds)];

    /// <summary>Whether a later try may succeed though nothing of the message changes.</summary>
    public static bool IsWeather(Exception exception) =>
        JobFailure.IsTransient(exception) || exception is DbException || exception?.InnerException is DbException { IsTransient: true };

    /// <summary>Puts the retries before every handler.</summary>
    public static void Configure(IConsumePipeConfigurator pipe) => pipe.UseMessageRetry(retry =>
    {
        retry.Intervals([.. Delays]);
        retry.Handle<Exception>(IsWeather);
    });

    /// <summary>Does something that needs the surroundings, as often.</summary>
    public static async Task PatientlyAsync(Func<Task> work, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        foreach (var delay in Delays)
        {
            try
            {
                await work();
                return;
            }
            catch (Exception weather) when (IsWeather(weather))
            {
                await Task.Delay(delay, clock, cancellationToken);
            }
        }

        await work();
    }
}
