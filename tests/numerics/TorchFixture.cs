using System.Runtime.CompilerServices;

// Tests count live tensors and set threads, which are the process's.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace LoraMesh.NumericsTests;

/// <summary>Loads libtorch on one thread before any test: small tensors on two threads beside a busy neighbour are ten times slower.</summary>
internal static class TorchFixture
{
    [ModuleInitializer]
    internal static void Initialize() => LoraMesh.Model.TorchRuntime.Initialize(threads: 1);
}
