using LoraMesh.Hosting.Jobs;

namespace LoraMesh.UnitTests.Hosting.Jobs;

public sealed record DoOtherWork
{
    public required string RunId { get; init; }

    public required string JobId { get; init; }
}

public sealed class OtherWorkJob(Script script) : IJob<DoOtherWork>
{
    private readonly WorkJob _inner = new(script);

    public Task<object> RunAsync(DoOtherWork command, JobContext context, CancellationToken cancellationToken) => _inner.RunAsync(Same(command), context, cancellationToken);

    public JobIdentity Identify(DoOtherWork command) => _inner.Identify(Same(command));

    public object Fail(DoOtherWork command, string code, string reason) => _inner.Fail(Same(command), code, reason);

    private static DoWork Same(DoOtherWork command) => new() { RunId = command.RunId, JobId = command.JobId };
}
