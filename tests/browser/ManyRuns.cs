using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.UnitTests.Control;

namespace LoraMesh.BrowserTests;

/// <summary>A registry as it is after years: projects, ended runs with their jobs and versions, and an audit trail.</summary>
internal static class ManyRuns
{
    private const int Batch = 1000;
    private static readonly string[] Ends = [RunStates.Promoted, RunStates.Refused, RunStates.Refused, RunStates.Rejected, RunStates.Failed, RunStates.Cancelled];

    /// <summary>Adds them, spread evenly over the projects.</summary>
    public static async Task AddAsync(RegistryStore registry, int projects, int runs, int entries)
    {
        await registry.WriteAsync(context =>
        {
            for (var project = 0; project < projects; project++)
            {
                context.Projects.Add(new ProjectRow { Name = Name(project), CreatedAt = Sample.Start });
            }

            return Task.CompletedTask;
        });
        for (var from = 0; from < runs; from += Batch)
        {
            var first = from;
            await registry.WriteAsync(context =>
            {
                for (var number = first; number < Math.Min(first + Batch, runs); number++)
                {
                    AddRun(context, number, projects, runs);
                }

                return Task.CompletedTask;
            });
        }

        for (var from = 0; from < entries; from += Batch)
        {
            var first = from;
            await registry.WriteAsync(context =>
            {
                for (var number = first; number < Math.Min(first + Batch, entries); number++)
                {
                    context.Audit.Add(new AuditRow { At = Sample.Start.AddSeconds(number), Who = "intake", What = "run_started", Project = Name(number % projects), RunId = Id(number % runs), Why = "With 3 files that had not changed for 10 s." });
                }

                return Task.CompletedTask;
            });
        }
    }

    private static void AddRun(RegistryContext context, int number, int projects, int runs)
    {
        var (id, project, version) = (Id(number), Name(number % projects), 1 + number / projects);
        var end = Ends[number % Ends.Length];
        var at = Sample.Start.AddMinutes(number);
        var verdict = Sample.Evaluated(id, end == RunStates.Promoted);
        var isJudged = end is RunStates.Promoted or RunStates.Refused;
        var run = new Run
        {
            RunId = id, Project = project, State = end, Reason = verdict.Reason, CreatedAt = at, UpdatedAt = at.AddMinutes(4), Inputs = [.. Enumerable.Range(1, 5).Select(file => Sample.Blob(Buckets.Inbox, $"{project}/part-{file}.jsonl"))],
            Config = Sample.Blob(Buckets.Runs, $"{id}/project.json"), Dataset = Sample.Prepared(id), Trained = isJudged ? Sample.Trained(id) : null, Verdict = isJudged ? verdict : null, Version = isJudged ? version : null, ModelDigest = "m1",
        };
        context.Runs.Add(new RunRow { RunId = id, Project = project, State = end, Ended = true, Version = run.Version, Document = JsonSerializer.Serialize(run, ContractsJson.Options) });
        foreach (var stage in new[] { "prepare", "train", "evaluate", "deploy" })
        {
            context.Jobs.Add(new JobRow { JobId = $"{id}-{stage}", RunId = id, Stage = stage, Attempt = 1, StartedAt = at, IssuedAt = at, ClosedAt = at.AddMinutes(1) });
        }

        if (!isJudged)
        {
            return;
        }

        context.Versions.Add(new AdapterVersionRow
        {
            Project = project, Version = version, AdapterId = "a" + id, Adapter = JsonSerializer.Serialize(run.Trained!.Adapter, ContractsJson.Options), RunId = id, DatasetId = run.Dataset.DatasetId, ModelDigest = "m1",
            BaseFigures = JsonSerializer.Serialize(verdict.Base, ContractsJson.Options), AdapterFigures = JsonSerializer.Serialize(verdict.Candidate, ContractsJson.Options), Promoted = verdict.Promote, CreatedAt = at.AddMinutes(4),
        });
        if (number >= runs - projects)
        {
            context.Aliases.Add(new AliasRow { Project = project, Name = AliasRow.Champion, Version = version });
        }
    }

    private static string Name(int project) => $"project-{project:000}";

    private static string Id(int number) => $"run-{number:x12}";
}
