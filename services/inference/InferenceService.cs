using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Health;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Inference.Adapters;
using LoraMesh.Inference.Api;
using LoraMesh.Inference.Batches;
using LoraMesh.Inference.Engine;
using LoraMesh.Inference.Models;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LoraMesh.Inference;

/// <summary>Composes the service: OpenAI-compatible answers from many adapters on one base model.</summary>
public static class InferenceService
{
    private const string Name = "inference";

    /// <summary>Adds everything but consumers and endpoints. The hosting of the suite comes besides.</summary>
    public static IHostApplicationBuilder AddInference(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddCheckedOptions<InferenceOptions>(InferenceOptions.Section);
        services.AddMetrics();
        services.AddSingleton<InferenceMetrics>();
        services.AddSingleton<BaseModels>();
        services.AddSingleton<AdapterLoader>();
        services.AddSingleton<AdapterShelf>();
        services.AddSingleton<CanarySplit>();
        services.AddSingleton<AdapterDirectory>();
        services.AddSingleton<AdapterPoll>();
        services.AddHostedService(provider => provider.GetRequiredService<AdapterPoll>());
        services.AddSingleton<AnswerEndpoint>();
        services.AddSingleton<ChatEndpoint>();
        services.AddSingleton<CompletionEndpoint>();
        services.AddSingleton<FileStore>();
        services.AddSingleton<BatchStore>();
        services.AddSingleton<BatchEnding>();
        services.AddSingleton<LineAnswers>();
        services.AddSingleton<BatchWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<BatchWatch>());
        services.AddHealthChecks().AddCheck<InferenceCheck>(Name, tags: [HealthEndpoints.Ready]);
        return builder;
    }

    /// <summary>Adds the consumers: every replica gets every promotion, a free one each batch.</summary>
    public static void AddInferenceConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddReplicaConsumer<AdapterPromotedConsumer>(Name);
        bus.AddReplicaConsumer<AdapterRetiredConsumer>(Name);
        bus.AddJob<CompleteBatch, BatchJob>(Name);
        bus.AddServiceConsumer<BatchEndedConsumer>(Name);
    }

    /// <summary>
    /// Maps <c>/v1/models</c>, <c>/v1/chat/completions</c>, <c>/v1/completions</c>, <c>/v1/files</c>, <c>/v1/batches</c>,
    /// <c>/v1/load_lora_adapter</c> and <c>/v1/unload_lora_adapter</c>.
    /// </summary>
    public static IEndpointRouteBuilder MapInference(this IEndpointRouteBuilder app)
    {
        var v1 = app.MapGroup("/v1").AddEndpointFilter<RequestFilter>();
        v1.MapGet("/models", ModelsEndpoint.List).Needs(AccessRoles.Viewer);
        v1.MapGet("/models/{**id}", ModelsEndpoint.Get).Needs(AccessRoles.Viewer);
        v1.MapPost("/load_lora_adapter", LoraAdapterEndpoints.LoadAsync).Needs(AccessRoles.Operator);
        v1.MapPost("/unload_lora_adapter", LoraAdapterEndpoints.UnloadAsync).Needs(AccessRoles.Operator);
        v1.MapPost("/chat/completions", (HttpContext http, ChatEndpoint endpoint) => endpoint.HandleAsync(http)).Needs(AccessRoles.Viewer);
        v1.MapPost("/completions", (HttpContext http, CompletionEndpoint endpoint) => endpoint.HandleAsync(http)).Needs(AccessRoles.Viewer);
        v1.MapPost("/files", FileEndpoints.AddAsync).Needs(AccessRoles.Viewer).DisableAntiforgery();
        v1.MapGet("/files", FileEndpoints.ListAsync).Needs(AccessRoles.Viewer);
        v1.MapGet("/files/{id}", FileEndpoints.GetAsync).Needs(AccessRoles.Viewer);
        v1.MapGet("/files/{id}/content", FileEndpoints.ContentAsync).Needs(AccessRoles.Viewer);
        v1.MapDelete("/files/{id}", FileEndpoints.DeleteAsync).Needs(AccessRoles.Viewer);
        v1.MapPost("/batches", BatchEndpoints.CreateAsync).Needs(AccessRoles.Viewer);
        v1.MapGet("/batches", BatchEndpoints.ListAsync).Needs(AccessRoles.Viewer);
        v1.MapGet("/batches/{id}", BatchEndpoints.GetAsync).Needs(AccessRoles.Viewer);
        v1.MapPost("/batches/{id}/cancel", BatchEndpoints.CancelAsync).Needs(AccessRoles.Viewer);
        return app;
    }
}
