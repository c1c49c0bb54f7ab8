namespace LoraMesh.UnitTests.Control.Pipeline;

public sealed class SqliteDeliveryTests : DeliveryContract
{
    protected override int Deliveries => 12;

    private protected override ControlHarness Open(string folder) => new(folder);
}
