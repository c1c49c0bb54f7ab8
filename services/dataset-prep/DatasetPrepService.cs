using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Jobs;
using MassTransit;

namespace LoraMesh.DatasetPrep;

/// <summary>Puts dataset-prep into a process.</summary>
public static class DatasetPrepService
{
    /// <summary>The service's folder, queue prefix and telemetry name.</summary>
    public const string Name = "dataset-prep";

    /// <summary>Adds the options; hosting is added by the process, once.</summary>
    public static IHostApplicationBuilder AddDatasetPrep(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddCheckedOptions<DatasetPrepOptions>(DatasetPrepOptions.Section);
        return builder;
    }

    /// <summary>Adds the job to the bus.</summary>
    public static void AddDatasetPrepConsumers(this IBusRegistrationConfigurator bus) => bus.AddJob<PrepareDataset, PrepareDatasetJob>(Name);
}
