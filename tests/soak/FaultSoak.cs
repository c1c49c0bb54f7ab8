using System.Diagnostics;
using Amazon.Runtime;
using LoraMesh.Containers;
using LoraMesh.Contracts;

namespace LoraMesh.Soak;

/// <summary>Drops files into many projects while everything is killed by turns, waits until all is done, and audits what is left.</summary>
internal sealed class FaultSoak
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromHours(1);

    private readonly SoakOptions _options;
    private readonly RunningMesh _mesh;
    private readonly Killer _killer;

    private FaultSoak(SoakOptions options, RunningMesh mesh) => (_options, _mesh, _killer) = (options, mesh, new Killer(mesh, options.Seed));

    /// <summary>Runs one.</summary>
    public static async Task<FaultReport> RunAsync(SoakOptions options)
    {
        await using var mesh = await RunningMesh.StartAsync(new MeshOptions
        {
            Processes = new Dictionary<string, int> { ["trainer"] = options.Trainers },
            // A dead worker is noticed after seconds, or the soak would measure nothing but waiting.
            Settings = new Dictionary<string, string>
            {
                ["Jobs:LeaseTime"] = "00:00:06",
                ["Jobs:Heartbeat"] = "00:00:02",
                ["Control:QuietPeriod"] = "00:00:01",
                ["Control:ReconcileInterval"] = "00:00:10",
            },
        });
        return await new FaultSoak(options, mesh).RunAsync();
    }

    private async Task<FaultReport> RunAsync()
    {
        var clock = Stopwatch.StartNew();
        for (var project = 0; project < _options.Projects; project++)
        {
            await DropAsync(project, "project.yaml", SoakData.Config);
        }

        await Task.WhenAll(DropAllAsync(), KillAllAsync());
        var faults = clock.Elapsed;
        var waiting = await DrainAsync();
        var drained = clock.Elapsed - faults;
        var audit = new SoakAudit(_mesh, _options, waiting);
        await audit.RunAsync();
        return audit.Report(_killer.Kills, faults, drained);
    }

    // As many at each kill as make the kills last over all drops.
    private async Task DropAllAsync()
    {
        for (var drop = 0; drop < _options.Drops; drop++)
        {
            var ahead = (double)drop / _options.Drops * _options.Kills;
            while (_killer.Kills.Values.Sum() + 1 < ahead)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }

            var project = drop % _options.Projects;
            var file = drop / _options.Projects;
            await DropAsync(project, SoakData.Name(file), SoakData.Rows(project, file));
        }
    }

    private async Task KillAllAsync()
    {
        for (var kill = 1; kill <= _options.Kills; kill++)
        {
            await _killer.KillAsync();
            Say($"{kill} of {_options.Kills} kills: {string.Join(", ", _killer.Kills.Select(entry => $"{entry.Key} {entry.Value}"))}");
        }
    }

    // As any client does: tries again while the store is away.
    private async Task DropAsync(int project, string name, string text)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                await _mesh.Client.DropTextAsync(SoakData.Project(project), name, text);
                return;
            }
            catch (Exception away) when (away is AmazonServiceException or HttpRequestException or IOException && tries < 600)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        }
    }

    /// <summary>Waits until every drop is in an ended run.</summary>
    /// <returns>Projects of which that did not come.</returns>
    private async Task<List<string>> DrainAsync()
    {
        var open = Enumerable.Range(0, _options.Projects).Select(SoakData.Project).ToList();
        var clock = Stopwatch.StartNew();
        while (open.Count > 0 && clock.Elapsed < DrainTime)
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
            var left = new List<string>();
            foreach (var project in open)
            {
                var runs = await _mesh.Client.FindRunsAsync(project);
                if (runs is not [var newest, ..] || runs.Any(run => !RunStates.IsTerminal(run.State)) || newest.Inputs.Count < Files(project))
                {
                    left.Add(project);
                }
            }

            open = left;
            Say($"{open.Count} projects are not done");
        }

        return open;
    }

    private int Files(string project) => Enumerable.Range(0, _options.Drops).Count(drop => SoakData.Project(drop % _options.Projects) == project);

    private static void Say(string line) => Console.Error.WriteLine(line);
}
