using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Registry.Rows;

namespace LoraMesh.UnitTests.Control.Pipeline;

/// <summary>A bus that loses, doubles, delays and reorders, and workers that die: the run ends the same each time.</summary>
public sealed class RunShuffleTests
{
    private const string Id = "run-0123456789ab";

    [Fact]
    public void Run_UnderAnyDelivery_EndsTheSame()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var (run, effects) = Deliver(new Random(seed));

            Assert.True(run.State == RunStates.Promoted, $"seed {seed}: {run.State}, {run.Reason}");
            Assert.Equal(1, run.Version);
            Assert.Equal(Sample.Prepared(Id), run.Dataset);
            Assert.Equal(Sample.Trained(Id), run.Trained);
            Assert.Equal(Sample.Evaluated(Id, promote: true).Reason, run.Reason);
            Assert.Single(effects.OfType<AddVersion>());
            Assert.Single(effects.OfType<MoveAlias>(), move => move.Name == AliasRow.Champion);
        }
    }

    private static (Run Run, List<Effect> Effects) Deliver(Random random)
    {
        var facts = new RunFacts(Sample.Start, CandidateModelDigest: "m1");
        var effects = new List<Effect>();
        var flying = new List<object>();
        var started = RunStateMachine.Start(Id, "faq", [Sample.Blob(Buckets.Inbox, "faq/a")], Sample.Blob(Buckets.Runs, "c"), Sample.Start);
        var run = Take(started);
        for (var step = 0; run.Job is not null; step++)
        {
            Assert.True(step < 10_000, "The run does not end.");
            object message;
            if (flying.Count == 0 || random.Next(10) == 0)
            {
                // The watch: a worker is taken for dead while attempts are left, otherwise its command is repeated.
                message = run.Attempt < facts.MaxAttempts && random.Next(2) == 0 ? new WorkerLost(run.Job.JobId, random.Next(1, run.Attempt + 1)) : new CommandUnanswered(run.Job.JobId);
            }
            else
            {
                var index = random.Next(flying.Count);
                message = flying[index];
                if (random.Next(3) > 0)
                {
                    flying.RemoveAt(index);
                }
            }

            run = Take(RunStateMachine.Apply(run, message, facts));
        }

        return (run, effects);

        Run Take(Transition transition)
        {
            effects.AddRange(transition.Effects);
            foreach (var send in transition.Effects.OfType<Send>().Where(_ => random.Next(4) > 0))
            {
                flying.AddRange(Enumerable.Repeat(Answer(send.Message), random.Next(1, 4)));
            }

            return transition.Run;
        }
    }

    private static object Answer(object command) => command switch
    {
        PrepareDataset => Sample.Prepared(Id),
        TrainAdapter => Sample.Trained(Id),
        EvaluateAdapter => Sample.Evaluated(Id, promote: true),
        AdapterPromoted promoted => Sample.Deployed(promoted.Project, promoted.Version),
        _ => throw new InvalidOperationException($"Nobody answers {command}."),
    };
}
