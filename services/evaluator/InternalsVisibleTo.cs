using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("LoraMesh.NumericsTests")]
[assembly: InternalsVisibleTo("LoraMesh.Benchmarks")]
