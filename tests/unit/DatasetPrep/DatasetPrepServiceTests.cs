using LoraMesh.Contracts;
using LoraMesh.DatasetPrep;
using LoraMesh.Hosting;
using LoraMesh.Storage;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class DatasetPrepServiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Service_CommandOnTheBus_AnswersWithTheResult()
    {
        var answer = new TaskCompletionSource<DatasetRejected>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var host = Host(bus => bus.AddConsumer(typeof(Listener)), services => services.AddSingleton(answer));
        await host.StartAsync();
        var store = host.Services.GetRequiredService<IBlobStore>();
        var config = await store.PutJsonAsync(Buckets.Runs, "run-1/project.json", new ProjectConfig { Model = "absent" });

        await host.Services.GetRequiredService<IBus>().Publish(new PrepareDataset
        {
            JobId = "run-1-prepare",
            RunId = "run-1",
            Project = "faq",
            Attempt = 1,
            Inputs = [],
            Config = config,
        });

        var rejected = await answer.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(("run-1", "run-1-prepare", "model_not_found"), (rejected.RunId, rejected.JobId, rejected.Code));
        await host.StopAsync();
    }

    [Fact]
    public async Task Service_WithoutAScratchFolder_DoesNotStart()
    {
        using var host = Host(_ => { }, _ => { }, ("DatasetPrep:ScratchFolder", " "));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("DatasetPrep:ScratchFolder", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private IHost Host(Action<IBusRegistrationConfigurator> bus, Action<IServiceCollection> services, params (string Key, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.AddLoraMeshHosting(DatasetPrepService.AddDatasetPrepConsumers, bus);
        builder.AddDatasetPrep();
        builder.Logging.ClearProviders();
        services(builder.Services);
        builder.Configuration.AddInMemoryCollection(settings
            .Append(("Storage:Folder", _folder.File("data")))
            .Select(setting => KeyValuePair.Create(setting.Item1, (string?)setting.Item2)));
        return builder.Build();
    }

    private sealed class Listener(TaskCompletionSource<DatasetRejected> answer) : IConsumer<DatasetRejected>
    {
        public Task Consume(ConsumeContext<DatasetRejected> context)
        {
            answer.TrySetResult(context.Message);
            return Task.CompletedTask;
        }
    }
}
