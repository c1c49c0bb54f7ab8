using System.Collections.Concurrent;
using System.Threading.Channels;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Jobs;
using MassTransit;
using JobContext = LoraMesh.Hosting.Jobs.JobContext;

namespace LoraMesh.UnitTests.Hosting.Bus;

/// <summary>What a test of the contract hears of jobs and results, and when it lets a job end. One for all members of a bus.</summary>
public sealed class BusContractWork
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _ends = new();
    private readonly Channel<string> _started = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _results = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _faults = Channel.CreateUnbounded<string>();

    /// <summary>What a result's consumer throws, by job and how often it came before; null for nothing.</summary>
    public Func<string, int, Exception?> Fault { get; set; } = (_, _) => null;

    /// <summary>Whether a job has begun that no one asked for yet.</summary>
    public bool HasStartedMore => _started.Reader.TryPeek(out _);

    /// <summary>The next job that any worker began with.</summary>
    public Task<string> NextStartedAsync() => _started.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>The next result that was handled.</summary>
    public Task<string> NextResultAsync() => _results.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>The next result that was given up.</summary>
    public Task<string> NextFaultAsync() => _faults.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>Lets a job end.</summary>
    public void End(string job) => EndOf(job).TrySetResult();

    private TaskCompletionSource EndOf(string job) => _ends.GetOrAdd(job, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Works until the test says that it is done.</summary>
    public sealed class Job(BusContractWork work) : IJob<PrepareDataset>
    {
        public JobIdentity Identify(PrepareDataset command) => new(command.RunId, command.JobId, command.Attempt);

        public object Fail(PrepareDataset command, string code, string reason) =>
            new DatasetRejected { JobId = command.JobId, RunId = command.RunId, Code = code, Reason = reason };

        public async Task<object> RunAsync(PrepareDataset command, JobContext context, CancellationToken cancellationToken)
        {
            await work._started.Writer.WriteAsync(command.JobId, cancellationToken);
            await work.EndOf(command.JobId).Task.WaitAsync(cancellationToken);
            return new DatasetPrepared { JobId = command.JobId, RunId = command.RunId, DatasetId = "d", Manifest = command.Config, TrainRows = 1, TestRows = 1, RejectedRows = 0 };
        }
    }

    /// <summary>Handles results, or faults as the test wants it.</summary>
    public sealed class ResultSink(BusContractWork work, ResultCounts counts) : IConsumer<DatasetPrepared>, IConsumer<DatasetRejected>
    {
        public Task Consume(ConsumeContext<DatasetRejected> context) => work._results.Writer.WriteAsync(context.Message.JobId).AsTask();

        public Task Consume(ConsumeContext<DatasetPrepared> context)
        {
            var before = counts.Next(context.Message.JobId);
            return work.Fault(context.Message.JobId, before) is { } fault ? throw fault : work._results.Writer.WriteAsync(context.Message.JobId).AsTask();
        }
    }

    /// <summary>Hears which results were given up.</summary>
    public sealed class FaultSink(BusContractWork work) : IConsumer<Fault<DatasetPrepared>>
    {
        public Task Consume(ConsumeContext<Fault<DatasetPrepared>> context) => work._faults.Writer.WriteAsync(context.Message.Message.JobId).AsTask();
    }

    /// <summary>How often each result came.</summary>
    public sealed class ResultCounts
    {
        private readonly ConcurrentDictionary<string, int> _counts = new();

        public int Next(string job) => _counts.AddOrUpdate(job, 0, (_, before) => before + 1);
    }
}
