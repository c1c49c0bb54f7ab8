using System.Runtime.CompilerServices;

namespace LoraMesh.NumericsTests;

/// <summary>Loads libtorch on one thread before any test: small tensors on two threads beside a busy neighbour are ten times slower.</summary>
internal static class TorchFixture
{
    [ModuleInitializer]
    internal static void Initialize() => LoraMesh.Model.TorchRuntime.Initialize(threads: 1);
}
