using LoraMesh.Hosting;
using LoraMesh.Hosting.Configuration;
using LoraMesh.UnitTests.Storage;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LoraMesh.UnitTests.Hosting.Configuration;

public sealed class CheckedOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_WithSeveralWrongValues_NamesEachWithKeyAndValue()
    {
        using var host = Build(new() { ["Jobs:MaxAttempts"] = "0", ["Jobs:Heartbeat"] = "00:00:15", ["Jobs:RetryFor"] = "99.00:00:00" });

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(3, refused.Failures.Count());
        Assert.Contains(refused.Failures, failure => failure.StartsWith("Jobs:MaxAttempts is '0': ", StringComparison.Ordinal) && failure.Contains("between 1 and 100", StringComparison.Ordinal));
        Assert.Contains(refused.Failures, failure => failure.StartsWith("Jobs:RetryFor is '99.00:00:00': ", StringComparison.Ordinal));
        Assert.Contains("Jobs:Heartbeat is '00:00:15': must be at most a third of LeaseTime (00:00:20)", refused.Failures);
    }

    [Theory]
    [InlineData("Storage:Folder", "")]
    [InlineData("Storage:CacheMaxBytes", "5")]
    public async Task Start_WithWrongStorage_NamesTheKey(string key, string value)
    {
        using var host = Build(new() { [key] = value });

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.StartsWith($"{key} is '{value}': ", Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Environment_WithPrefix_IsReadOnce_AndLaterSettingsWin()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        Environment.SetEnvironmentVariable("LORAMESH_CheckedOptionsTests__Value", "environment");
        try
        {
            builder.Configuration.AddLoraMeshEnvironment().AddLoraMeshEnvironment();
            Assert.Equal("environment", builder.Configuration["CheckedOptionsTests:Value"]);

            builder.Configuration.AddInMemoryCollection([new("CheckedOptionsTests:Value", "later")]).AddLoraMeshEnvironment();
            Assert.Equal("later", builder.Configuration["CheckedOptionsTests:Value"]);
        }
        finally
        {
            Environment.SetEnvironmentVariable("LORAMESH_CheckedOptionsTests__Value", null);
        }
    }

    [Fact]
    public void UsageTelemetry_OfTheBus_IsOff()
    {
        using var host = Build([]);

        Assert.False(host.Services.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled);
    }

    [Fact]
    public async Task Start_MakesEveryBucket()
    {
        using var host = Build([]);

        await host.StartAsync();

        Assert.Equal(["lm-access", "lm-adapters", "lm-batches", "lm-datasets", "lm-inbox", "lm-models", "lm-quarantine", "lm-runs"], Directory.GetDirectories(_folder.Path, "lm-*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        await host.StopAsync();
    }

    private IHost Build(Dictionary<string, string?> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Storage:Folder"] = _folder.Path });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddLoraMeshHosting();
        return builder.Build();
    }
}
