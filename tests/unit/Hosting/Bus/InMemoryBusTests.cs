using LoraMesh.Hosting.Configuration;
using MassTransit;
using Microsoft.Extensions.Options;

namespace LoraMesh.UnitTests.Hosting.Bus;

/// <summary>The contract within one process.</summary>
public sealed class InMemoryBusTests : BusContract
{
    [Theory]
    [InlineData("carrier-pigeon", null, null, "Bus:Transport")]
    [InlineData("rabbitmq", null, "secret", "neither Username nor UsernameFile is set")]
    [InlineData("rabbitmq", "loramesh", null, "neither Password nor PasswordFile is set")]
    public async Task Bus_WithWrongSettings_IsRefusedByName(string transport, string? username, string? password, string expected)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => BusContractMember.StartAsync(
            Folder, [new("Bus:Transport", transport), new("Bus:Username", username), new("Bus:Password", password)], Work, works: false, hears: false));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bus_WithoutSettings_StaysInTheProcess() => Assert.Equal(BusOptions.Memory, new BusOptions().Transport);

    protected override async Task<IContractBus> StartAsync() =>
        new Memory(await BusContractMember.StartAsync(Folder, [], Work, works: true, hears: true));

    private sealed class Memory(BusContractMember both) : IContractBus
    {
        public BusContractMember Sender => both;

        public BusContractMember Worker => both;

        // In memory a command waits with its consumer; no one can look there.
        public Task WaitsAsync() => Task.CompletedTask;

        public Task<BusContractMember?> JoinAsync() => Task.FromResult<BusContractMember?>(null);

        public ValueTask DisposeAsync() => both.DisposeAsync();
    }
}
