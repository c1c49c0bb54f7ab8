using LoraMesh.Contracts;
using MassTransit;

namespace LoraMesh.Hosting.Bus;

/// <summary>Which queue takes which command. Whoever sends one declares the queue too: a command waits there though no worker ever started.</summary>
public static class CommandQueues
{
    private static readonly KebabCaseEndpointNameFormatter Names = new(includeNamespace: false);

    /// <summary>The commands and the services that take them.</summary>
    public static IReadOnlyDictionary<Type, string> Services { get; } = new Dictionary<Type, string>
    {
        [typeof(PrepareDataset)] = "dataset-prep",
        [typeof(TrainAdapter)] = "trainer",
        [typeof(EvaluateAdapter)] = "evaluator",
    };

    /// <summary>Queue of a command: <c>&lt;service&gt;-&lt;command&gt;</c>.</summary>
    public static string Name(string service, Type command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return $"{service}-{Names.SanitizeName(command.Name)}";
    }
}
