namespace LoraMesh.Hosting.Jobs;

/// <summary>How many jobs of one kind a process works on at once.</summary>
/// <typeparam name="TCommand">The command.</typeparam>
/// <param name="Count">At least one.</param>
public sealed record JobSlots<TCommand>(int Count)
    where TCommand : class;
