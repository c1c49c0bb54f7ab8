using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Trainer.Training;
using MassTransit;
using Microsoft.Extensions.Options;

namespace LoraMesh.Trainer;

/// <summary>The trainer as a part of a process.</summary>
public static class TrainerService
{
    /// <summary>Folder, queue prefix and telemetry name.</summary>
    public const string Name = "trainer";

    /// <summary>Adds what the trainer needs beside the hosting that every service has.</summary>
    public static IHostApplicationBuilder AddTrainer(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddCheckedOptions<TrainerOptions>(TrainerOptions.Section);
        builder.Services.AddSingleton<ComputeTurn>();
        builder.Services.AddSingleton<SharedBases>();
        return builder;
    }

    /// <summary>Adds the trainer's consumers to the process's bus.</summary>
    public static void AddTrainerConsumers(this IBusRegistrationConfigurator bus) => 
        bus.AddJob<TrainAdapter, TrainAdapterJob>(Name, provider => provider.GetRequiredService<IOptions<TrainerOptions>>().Value.JobsAtOnce);
}
