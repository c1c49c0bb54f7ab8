using System.Diagnostics;
using System.Globalization;
using LoraMesh.Containers;

namespace LoraMesh.Soak;

/// <summary>The same trainings for one trainer and for three.</summary>
internal static class ScaleSoak
{
    private const int Files = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <summary>Runs both.</summary>
    public static async Task<ScaleReport> RunAsync(SoakOptions options)
    {
        // What evaluators would take of few processors is not there for a second trainer.
        await using var mesh = await RunningMesh.StartAsync(new MeshOptions { Processes = new Dictionary<string, int> { ["evaluator"] = 0 } });
        await MeasureAsync(mesh, "warm", 1, 8);
        var one = await MeasureAsync(mesh, "one", options.Jobs, 40);
        await mesh.AddAsync("trainer");
        await mesh.AddAsync("trainer");
        await MeasureAsync(mesh, "warmer", 6, 8);
        var three = await MeasureAsync(mesh, "three", options.Jobs, 40);
        return new ScaleReport(options.Jobs, Environment.ProcessorCount, PerHour(options.Jobs, one), PerHour(options.Jobs, three));
    }

    // From the first drop to the last trained adapter.
    private static async Task<TimeSpan> MeasureAsync(RunningMesh mesh, string name, int jobs, int steps)
    {
        var clock = Stopwatch.StartNew();
        var projects = Enumerable.Range(0, jobs).Select(job => string.Create(CultureInfo.InvariantCulture, $"{name}-{job}")).ToList();
        await Task.WhenAll(projects.Select(async (project, number) =>
        {
            await mesh.Client.DropTextAsync(project, "project.yaml", SoakData.Config.Replace("max_steps: 2", $"max_steps: {steps}", StringComparison.Ordinal));
            await mesh.Client.DropTextAsync(project, "rows.jsonl", string.Concat(Enumerable.Range(0, Files).Select(file => SoakData.Rows(number, file))));
        }));
        await Task.WhenAll(projects.Select(project => mesh.Client.WaitForAsync(project, run => run.AdapterId is not null, "been trained", Patience)));
        var took = clock.Elapsed;
        await Console.Error.WriteLineAsync($"{name}: {jobs} jobs in {took}");
        return took;
    }

    private static double PerHour(int jobs, TimeSpan took) => Math.Round(jobs / took.TotalHours);
}
