using LoraMesh.Contracts;
using LoraMesh.Evaluator.Hooks;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Jobs;
using MassTransit;

namespace LoraMesh.Evaluator;

/// <summary>The evaluator as a part of a process.</summary>
public static class EvaluatorService
{
    /// <summary>Folder, queue prefix and telemetry name.</summary>
    public const string Name = "evaluator";

    /// <summary>Adds what the evaluator needs beside the hosting that every service has.</summary>
    public static IHostApplicationBuilder AddEvaluator(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddCheckedOptions<EvaluatorOptions>(EvaluatorOptions.Section);
        builder.Services.AddSingleton<MetricHooks>();
        return builder;
    }

    /// <summary>Adds the evaluator's consumers to the process's bus.</summary>
    public static void AddEvaluatorConsumers(this IBusRegistrationConfigurator bus) => bus.AddJob<EvaluateAdapter, EvaluateAdapterJob>(Name);
}
