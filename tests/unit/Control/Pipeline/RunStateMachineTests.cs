using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Registry.Rows;

namespace LoraMesh.UnitTests.Control.Pipeline;

public sealed class RunStateMachineTests
{
    private const string Id = "run-0123456789ab";
    private static readonly RunFacts Facts = new(Sample.Start, CandidateModelDigest: "m1");
    private static readonly AdapterAlias Reigning = new() { Project = "faq", Version = 4, AdapterId = "old", Adapter = Sample.Blob(Buckets.Adapters, "faq/old/manifest.json") };

    [Fact]
    public void Start_SendsPrepareDatasetWithEveryInput()
    {
        var started = RunStateMachine.Start(Id, "faq", [Sample.Blob(Buckets.Inbox, "faq/a"), Sample.Blob(Buckets.Inbox, "faq/b")], Config, Sample.Start);

        var command = Sent<PrepareDataset>(started);
        Assert.Equal(RunStates.Preparing, started.Run.State);
        Assert.Equal((Id + "-prepare", 1, 2), (command.JobId, command.Attempt, command.Inputs.Count));
        Assert.Equal(Config, command.Config);
    }

    [Theory]
    [InlineData(RunStates.Preparing, RunStates.Training, RunStates.Rejected)]
    [InlineData(RunStates.Training, RunStates.Evaluating, RunStates.Failed)]
    [InlineData(RunStates.Evaluating, RunStates.Deploying, RunStates.Failed)]
    public void Apply_ResultOfTheStage_GoesOnOrEnds(string state, string afterSuccess, string afterFailure)
    {
        var run = InState(state);

        var good = RunStateMachine.Apply(run, Success(state), Facts);
        var bad = RunStateMachine.Apply(run, Failure(state), Facts);

        Assert.Equal(afterSuccess, good.Run.State);
        Assert.Equal(afterFailure, bad.Run.State);
        Assert.NotNull(bad.Run.Code);
        Assert.NotNull(bad.Run.Reason);
        Assert.Null(bad.Run.Job);
    }

    [Fact]
    public void Apply_MessagesOfOtherStages_ChangeNothing()
    {
        foreach (var state in Stages)
        {
            foreach (var other in Stages.Where(other => other != state))
            {
                var run = InState(state);
                foreach (var message in new[] { Success(other), Failure(other) })
                {
                    var result = RunStateMachine.Apply(run, message, Facts);
                    Assert.Same(run, result.Run);
                    Assert.Empty(result.Effects);
                    Assert.NotNull(result.Ignored);
                }
            }
        }
    }

    [Fact]
    public void Apply_ToEndedRun_ChangesNothing()
    {
        var ended = RunStateMachine.Apply(InState(RunStates.Training), new CancelRun("enough"), Facts).Run;
        object[] messages = [Success(RunStates.Training), Failure(RunStates.Training), new CancelRun("again"), new WorkerLost(Id + "-train", 1), new CommandUnanswered(Id + "-train"), new DeadlinePassed(Id + "-train", TimeSpan.Zero), Sample.Deployed("faq", 1)];

        Assert.Equal(RunStates.Cancelled, ended.State);
        Assert.All(messages, message => Assert.Empty(RunStateMachine.Apply(ended, message, Facts).Effects));
        Assert.All(messages, message => Assert.Same(ended, RunStateMachine.Apply(ended, message, Facts).Run));
    }

    [Fact]
    public void Apply_JobIdOfAnotherRun_ChangesNothing()
    {
        var result = RunStateMachine.Apply(InState(RunStates.Training), Sample.Trained("run-ffffffffffff"), Facts);

        Assert.Equal(RunStates.Training, result.Run.State);
        Assert.NotNull(result.Ignored);
    }

    [Fact]
    public void Apply_DatasetPrepared_GivesTrainingTheChampionOfThatMomentAndNoOtherLater()
    {
        var training = RunStateMachine.Apply(InState(RunStates.Preparing), Sample.Prepared(Id), Facts with { Champion = Reigning, ChampionModelDigest = "m1" });
        var again = RunStateMachine.Apply(training.Run, new WorkerLost(training.Run.Job!.JobId, training.Run.Attempt), Facts);

        Assert.Equal(Reigning.Adapter, Sent<TrainAdapter>(training).Champion);
        Assert.Equal(Reigning.Adapter, Sent<TrainAdapter>(again).Champion);
        Assert.Null(Sent<TrainAdapter>(RunStateMachine.Apply(InState(RunStates.Preparing), Sample.Prepared(Id), Facts)).Champion);
    }

    [Fact]
    public void Apply_PromotionOverChampion_MovesAliasesBeforeItIsAnnounced()
    {
        var result = RunStateMachine.Apply(InState(RunStates.Evaluating), Sample.Evaluated(Id, promote: true), Facts with { NextVersion = 5, Champion = Reigning, ChampionModelDigest = "m1" });

        var order = result.Effects.Where(effect => effect is not Note).ToList();
        Assert.Equal(new AddVersion(5), order[0]);
        Assert.Equal(new MoveAlias(AliasRow.Previous, Reigning), order[1]);
        Assert.Equal((AliasRow.Champion, 5), (Assert.IsType<MoveAlias>(order[2]).Name, ((MoveAlias)order[2]).Target.Version));
        Assert.Equal(new RetireLater(4), order[3]);
        Assert.Equal(5, Assert.IsType<AdapterPromoted>(Assert.IsType<Send>(order[4]).Message).Version);
    }

    [Fact]
    public void Apply_Refusal_StillGetsAVersionAndMovesNothing()
    {
        var result = RunStateMachine.Apply(InState(RunStates.Evaluating), Sample.Evaluated(Id, promote: false), Facts with { NextVersion = 2 });

        Assert.Equal((RunStates.Refused, 2), (result.Run.State, result.Run.Version));
        Assert.Contains(new AddVersion(2), result.Effects);
        Assert.DoesNotContain(result.Effects, effect => effect is MoveAlias or Send);
    }

    [Theory]
    [InlineData("m1", true)]
    [InlineData("other", false)]
    public void Apply_Trained_ComparesWithChampionOnTheSameBaseOnly(string championBase, bool compared)
    {
        var result = RunStateMachine.Apply(InState(RunStates.Training), Sample.Trained(Id), Facts with { Champion = Reigning, ChampionModelDigest = championBase });

        Assert.Equal(compared ? Reigning.Adapter : null, Sent<EvaluateAdapter>(result).Champion);
    }

    [Fact]
    public void Apply_WorkerLost_IssuesTheSameCommandWithTheNextAttempt()
    {
        var run = InState(RunStates.Training);

        var result = RunStateMachine.Apply(run, new WorkerLost(Id + "-train", 1), Facts);
        var late = RunStateMachine.Apply(result.Run, new WorkerLost(Id + "-train", 1), Facts);

        var first = Sent<TrainAdapter>(RunStateMachine.Apply(run, new CommandUnanswered(Id + "-train"), Facts));
        Assert.Equal(first with { Attempt = 2 }, Sent<TrainAdapter>(result));
        Assert.NotNull(late.Ignored);
    }

    [Fact]
    public void Apply_JobReleased_IssuesTheSameAttemptToSomeoneElse()
    {
        var run = InState(RunStates.Training);

        var result = RunStateMachine.Apply(run, new JobReleased { RunId = Id, JobId = Id + "-train", Attempt = 1 }, Facts);
        var stale = RunStateMachine.Apply(run with { Attempt = 2 }, new JobReleased { RunId = Id, JobId = Id + "-train", Attempt = 1 }, Facts);

        Assert.Equal(1, Sent<TrainAdapter>(result).Attempt);
        Assert.NotNull(stale.Ignored);
    }

    [Fact]
    public void Apply_WorkerLostFiveTimes_FailsAndTellsWorkersToStop()
    {
        var run = InState(RunStates.Training);
        for (var attempt = 1; attempt < Facts.MaxAttempts; attempt++)
        {
            run = RunStateMachine.Apply(run, new WorkerLost(Id + "-train", attempt), Facts).Run;
            Assert.Equal(RunStates.Training, run.State);
        }

        var last = RunStateMachine.Apply(run, new WorkerLost(Id + "-train", Facts.MaxAttempts), Facts);

        Assert.Equal((RunStates.Failed, "attempts_exhausted"), (last.Run.State, last.Run.Code));
        Assert.Contains("'train'", last.Run.Reason, StringComparison.Ordinal);
        Assert.Equal(Id, Sent<RunCancelled>(last).RunId);
    }

    [Theory]
    [InlineData(RunStates.Preparing)]
    [InlineData(RunStates.Training)]
    [InlineData(RunStates.Evaluating)]
    public void Apply_DeadlinePassed_FailsWithStageAndLimit(string state)
    {
        var run = InState(state);

        var result = RunStateMachine.Apply(run, new DeadlinePassed(run.Job!.JobId, TimeSpan.FromHours(6)), Facts);

        Assert.Equal((RunStates.Failed, "deadline_passed"), (result.Run.State, result.Run.Code));
        Assert.Contains("06:00:00", result.Run.Reason, StringComparison.Ordinal);
        Assert.Contains(run.Job.Stage, result.Run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_NobodyConfirmsDeployment_IsPromotedAndSaysSo()
    {
        var deploying = InState(RunStates.Deploying);

        var result = RunStateMachine.Apply(deploying, new DeadlinePassed(Id + "-deploy", TimeSpan.FromSeconds(60)), Facts);

        Assert.Equal((RunStates.Promoted, "not_confirmed"), (result.Run.State, result.Run.Code));
        Assert.Contains("No inference replica", result.Run.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("faq", 1, RunStates.Promoted)]
    [InlineData("faq", 2, RunStates.Deploying)]
    [InlineData("other", 1, RunStates.Deploying)]
    public void Apply_Deployed_EndsTheRunOfThatVersionOnly(string project, int version, string state) =>
        Assert.Equal(state, RunStateMachine.Apply(InState(RunStates.Deploying), Sample.Deployed(project, version), Facts).Run.State);

    [Fact]
    public void Apply_CancelWhileDeploying_IsRefusedBecauseTheAliasHasMoved() =>
        Assert.Contains("roll", RunStateMachine.Apply(InState(RunStates.Deploying), new CancelRun("no"), Facts).Ignored, StringComparison.Ordinal);

    private static readonly string[] Stages = [RunStates.Preparing, RunStates.Training, RunStates.Evaluating];

    private static BlobRef Config => Sample.Blob(Buckets.Runs, $"{Id}/project.json");

    private static object Success(string state) => state switch
    {
        RunStates.Preparing => Sample.Prepared(Id),
        RunStates.Training => Sample.Trained(Id),
        _ => Sample.Evaluated(Id, promote: true),
    };

    private static object Failure(string state) => state switch
    {
        RunStates.Preparing => Sample.Rejected(Id),
        RunStates.Training => Sample.TrainingFailed(Id),
        _ => Sample.EvaluationFailed(Id),
    };

    private static Run InState(string state)
    {
        var run = RunStateMachine.Start(Id, "faq", [Sample.Blob(Buckets.Inbox, "faq/a")], Config, Sample.Start).Run;
        while (run.State != state)
        {
            run = RunStateMachine.Apply(run, Success(run.State), Facts).Run;
        }

        return run;
    }

    private static T Sent<T>(Transition transition) =>
        Assert.IsType<T>(Assert.Single(transition.Effects.OfType<Send>()).Message);
}
