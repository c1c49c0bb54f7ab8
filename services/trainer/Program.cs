using LoraMesh.Hosting;
using LoraMesh.Hosting.Health;

namespace LoraMesh.Trainer;

/// <summary>The trainer as a process of its own.</summary>
public sealed class Program
{
    /// <summary>Runs until it is told to stop.</summary>
    public static async Task<int> Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddLoraMeshHosting(TrainerService.AddTrainerConsumers);
        builder.AddTrainer();
        await using var app = builder.Build();
        app.MapLoraMeshHealth();
        await app.RunAsync();
        return 0;
    }
}
