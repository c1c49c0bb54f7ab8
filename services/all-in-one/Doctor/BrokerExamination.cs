using System.Runtime.CompilerServices;
using System.Text;
using LoraMesh.Hosting.Bus;
using LoraMesh.Hosting.Configuration;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace LoraMesh.AllInOne.Doctor;

/// <summary>Whether the broker lets us in, and whether someone listens at the queues of commands.</summary>
internal sealed class BrokerExamination(BusOptions options) : IExamination
{
    private const string Oldest = "3.12";

    public string Name => "broker";

    public string Advice => "Are Bus:Host, Bus:Port, the credentials and (for TLS) Bus:CaFile right, and is the broker up?";

    public async IAsyncEnumerable<Finding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options.Transport == BusOptions.Memory)
        {
            yield return new Finding(Name, Verdict.Ok, "Messages stay in the process (Bus:Transport is memory).");
            yield break;
        }

        await using var connection = await RabbitMqConnections.Factory(options, "loramesh-doctor").CreateConnectionAsync(cancellationToken);
        var version = connection.ServerProperties is { } told && told.TryGetValue("version", out var value) && value is byte[] text ? Encoding.UTF8.GetString(text) : "of no known version";
        yield return Version.TryParse(version, out var number) && number < Version.Parse(Oldest)
            ? new Finding(Name, Verdict.Problem, $"RabbitMQ {version} at {options.Host}.", $"LoraMesh needs {Oldest} or newer (quorum queues with a delivery limit).")
            : new Finding(Name, Verdict.Ok, $"RabbitMQ {version} at {options.Host} lets us in{(options.Tls ? ", over TLS" : "")}.");
        foreach (var (command, service) in CommandQueues.Services)
        {
            yield return await QueueAsync(connection, service, CommandQueues.Name(service, command), cancellationToken);
        }
    }

    // A passive declaration of what is not there closes the channel.
    private static async Task<Finding> QueueAsync(IConnection connection, string service, string queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            var state = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            return state.ConsumerCount > 0 || state.MessageCount == 0
                ? new Finding($"queue {queue}", Verdict.Ok, $"{state.ConsumerCount} workers are free, {state.MessageCount} jobs wait.")
                : new Finding($"queue {queue}", Verdict.Warning, $"{state.MessageCount} jobs wait and no worker is free.", $"Start {service}, or more of it. Workers that are busy take no further job, so this is also what a backlog looks like.");
        }
        catch (OperationInterruptedException)
        {
            return new Finding($"queue {queue}", Verdict.Warning, "The queue does not exist yet.", $"Control makes it when it starts, and so does {service}.");
        }
    }
}
