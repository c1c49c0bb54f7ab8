using LoraMesh.Hosting.Jobs;
using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LoraMesh.Hosting.Bus;

/// <summary>The end of a message that no handler could bear: told as a fault, then into quarantine. Only where the store stays away it goes to the transport's own error queue.</summary>
internal sealed class QuarantineFilter(MessageQuarantine quarantine, TimeProvider clock, ILogger log) : IFilter<ExceptionReceiveContext>
{
    /// <summary>Puts the filter at the end of every queue.</summary>
    public static void Configure(IServiceProvider services, IReceiveEndpointConfigurator endpoint) => endpoint.ConfigureError(pipe =>
    {
        pipe.UseFilter(new GenerateFaultFilter());
        pipe.UseFilter(new QuarantineFilter(services.GetRequiredService<MessageQuarantine>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<QuarantineFilter>>()));
        pipe.UseFilter(new ErrorTransportFilter());
    });

    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        var queue = context.InputAddress.AbsolutePath.Split('/')[^1];
        try
        {
            await WeatherRetries.PatientlyAsync(
                () => quarantine.PutAsync(queue, context.Body.GetString(), Describe(context.Exception), context.CancellationToken),
                clock,
                context.CancellationToken);
            JobLog.Quarantined(log, context.Exception, queue);
        }
        catch (Exception weather) when (WeatherRetries.IsWeather(weather))
        {
            await next.Send(context);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("quarantine");

    private static string Describe(Exception exception) => $"{exception.GetType().Name}: {exception.Message.Split('\n', 2)[0].Trim()}";
}
