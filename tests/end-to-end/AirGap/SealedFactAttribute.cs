namespace LoraMesh.EndToEndTests.AirGap;

/// <summary>A test that needs a network without a way out and a look at what is reached for; skipped, with the reason, where either is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SealedFactAttribute : FactAttribute
{
    public SealedFactAttribute() => Skip = SealedNetwork.Absence ?? NetworkTrace.Absence;
}
