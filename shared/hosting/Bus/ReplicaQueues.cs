namespace LoraMesh.Hosting.Bus;

/// <summary>Names of the queues that live as long as one process.</summary>
internal static class ReplicaQueues
{
    private const string Mark = "replica-";

    /// <summary>A fresh instance id; it becomes a part of the queue's name.</summary>
    public static string NewInstance() => Mark + Guid.NewGuid().ToString("N")[..12];

    /// <summary>Whether a queue is such a one.</summary>
    public static bool IsOne(string queue) => queue.Contains(Mark, StringComparison.Ordinal);
}
