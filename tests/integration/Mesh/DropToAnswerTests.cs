using LoraMesh.Contracts;

namespace LoraMesh.IntegrationTests.Mesh;

/// <summary>The main job, with everything real: five processes, a broker, a store, and a client that knows none of them.</summary>
[Collection(MeshTests.Name)]
public sealed class DropToAnswerTests(MeshFixture fixture)
{
    [DockerFact]
    public async Task Drop_WithAnyS3Client_BecomesAnAdapterThatAnswers()
    {
        var run = await fixture.CalmAsync();

        Assert.True(run.Promoted);
        Assert.Equal(1, run.Attempt);
        Assert.Null(run.Code);
        Assert.Equal(["calm/tickets.jsonl"], run.Inputs);
        Assert.True(run.Adapter!.Loss < run.Base!.Loss, $"loss of the adapter {run.Adapter.Loss}, of the base {run.Base.Loss}");
        var answers = (Adapted: await fixture.Mesh.AskAsync(MeshFixture.Calm, Samples.Question), Base: await fixture.Mesh.AskAsync("loramesh-tiny", Samples.Question));
        Assert.NotEmpty(answers.Adapted);
        Assert.NotEqual(answers.Base, answers.Adapted);
        Assert.Equal(RunStates.Promoted, Assert.Single((await fixture.Mesh.Client.FindRunsAsync(MeshFixture.Calm))!).State);
    }

    [DockerFact]
    public async Task Drops_WithinTheQuietPeriod_BecomeOneRun()
    {
        await fixture.Mesh.Client.DropTextAsync("many", "project.yaml", "model: none-such");
        await Task.WhenAll(Enumerable.Range(10, 30).Select(number => fixture.Mesh.Client.DropTextAsync("many", $"part-{number}.jsonl", $"{{\"number\": {number}}}")));

        var run = await fixture.Mesh.Client.WaitForEndAsync("many");

        Assert.Equal("base_model_missing", run.Code);
        Assert.Equal(Enumerable.Range(10, 30).Select(number => $"many/part-{number}.jsonl"), run.Inputs);
        Assert.Single((await fixture.Mesh.Client.FindRunsAsync("many"))!);
    }
}
