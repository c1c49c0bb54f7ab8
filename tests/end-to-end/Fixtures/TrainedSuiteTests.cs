namespace LoraMesh.EndToEndTests.Fixtures;

/// <summary>Tests that share one trained suite; the rest start their own.</summary>
[CollectionDefinition(Name)]
public sealed class TrainedSuiteTests : ICollectionFixture<TrainedSuite>
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "trained suite";
}
