namespace LoraMesh.UnitTests.Hosting.Bus;

/// <summary>A fact of the contract. Each assembly that runs the contract says here whether its transport is at hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BusFactAttribute : FactAttribute;
