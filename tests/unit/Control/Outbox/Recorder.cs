using System.Threading.Channels;
using LoraMesh.Contracts;
using MassTransit;

namespace LoraMesh.UnitTests.Control.Outbox;

/// <summary>Writes down what reaches the workers, in order.</summary>
internal sealed class Recorder
{
    private readonly Channel<(object Message, Guid? Id)> _received = Channel.CreateUnbounded<(object, Guid?)>();

    public void Take(object message, Guid? id) => _received.Writer.TryWrite((message, id));

    /// <summary>The next message; fails where none comes within 20 seconds.</summary>
    public async Task<(object Message, Guid? Id)> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _received.Reader.ReadAsync(limit.Token);
    }

    public int Waiting => _received.Reader.Count;
}

/// <summary>Stands at the workers' end of the bus.</summary>
internal sealed class RecordingConsumer(Recorder recorder) : IConsumer<PrepareDataset>, IConsumer<TrainAdapter>, IConsumer<AdapterPromoted>, IConsumer<AdapterRetired>
{
    public Task Consume(ConsumeContext<PrepareDataset> context) => Take(context);

    public Task Consume(ConsumeContext<TrainAdapter> context) => Take(context);

    public Task Consume(ConsumeContext<AdapterPromoted> context) => Take(context);

    public Task Consume(ConsumeContext<AdapterRetired> context) => Take(context);

    private Task Take<T>(ConsumeContext<T> context)
        where T : class
    {
        recorder.Take(context.Message, context.MessageId);
        return Task.CompletedTask;
    }
}
