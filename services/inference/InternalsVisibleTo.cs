using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("LoraMesh.NumericsTests")]
