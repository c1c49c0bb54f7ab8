namespace LoraMesh.UnitTests.Storage;

/// <summary>A fact of the contract. Each assembly that runs the contract says here whether its keeper is at hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StoreFactAttribute : FactAttribute;

/// <summary>A theory of the contract.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StoreTheoryAttribute : TheoryAttribute;
