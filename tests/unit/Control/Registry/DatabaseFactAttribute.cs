namespace LoraMesh.UnitTests.Control.Registry;

/// <summary>A fact that holds on every database. Each assembly that runs such facts says here whether its database is at hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DatabaseFactAttribute : FactAttribute;
