namespace LoraMesh.UnitTests.Control.Api;

/// <summary>One running control for tests that leave no traces for each other.</summary>
public sealed class SharedApi : IAsyncLifetime
{
    private Task<ApiHarness>? _control;

    internal Task<ApiHarness> Control => _control ??= ApiHarness.StartAsync();

    public Task InitializeAsync() => Control;

    public async Task DisposeAsync() => await (await Control).DisposeAsync();
}
