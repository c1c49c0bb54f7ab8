namespace LoraMesh.Contracts;

/// <summary>Control asks the trainer for an adapter.</summary>
public sealed record TrainAdapter
{
    /// <summary>The job; stays the same when the command is issued again.</summary>
    public required string JobId { get; init; }

    /// <summary>The run that the job belongs to.</summary>
    public required string RunId { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>1 for the first issue of this job, one more each time its lease expired.</summary>
    public required int Attempt { get; init; }

    /// <summary>The <see cref="DatasetManifest"/> as JSON.</summary>
    public required BlobRef Dataset { get; init; }

    /// <summary>The resolved <see cref="ProjectConfig"/> as JSON.</summary>
    public required BlobRef Config { get; init; }

    /// <summary>The <see cref="AdapterManifest"/> of the champion when training was first asked for; null where there was none.</summary>
    public BlobRef? Champion { get; init; }
}

/// <summary>How far a training job has come. The newest one counts; a lost one does no harm.</summary>
public sealed record TrainingProgressed
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Optimiser steps done, those before a resume included.</summary>
    public required int Step { get; init; }

    /// <summary>Optimiser steps in all.</summary>
    public required int TotalSteps { get; init; }

    /// <summary>Mean loss per supervised token of the newest step, in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>Learning rate of the newest step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Tokens per second since this process took the job.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Estimated seconds to the end of training.</summary>
    public required double SecondsLeft { get; init; }

    /// <summary>Step of the newest complete checkpoint; 0 where there is none.</summary>
    public int CheckpointStep { get; init; }

    /// <summary>Step that this attempt started from; above 0 after a resume.</summary>
    public int ResumedFromStep { get; init; }

    /// <summary>Passes over the data, parts of one included.</summary>
    public double? Epoch { get; init; }

    /// <summary>Norm of the newest step's gradient, before clipping.</summary>
    public double? GradNorm { get; init; }

    /// <summary>Loss of held-out training rows when they were last measured; null where they are not.</summary>
    public double? EvalLoss { get; init; }

    /// <summary>Share of what this machine's matrix products reached just before training, 0 to 1.</summary>
    public double? ShareOfPeak { get; init; }

    /// <summary>Memory of the worker in bytes.</summary>
    public long? MemoryBytes { get; init; }
}

/// <summary>An adapter lies ready to be evaluated.</summary>
public sealed record AdapterTrained
{
    /// <summary>The job that made it.</summary>
    public required string JobId { get; init; }

    /// <summary>The run that the job belongs to.</summary>
    public required string RunId { get; init; }

    /// <summary>Content address: SHA-256 over dataset, base digest, training config and seed (hexadecimal).</summary>
    public required string AdapterId { get; init; }

    /// <summary>The <see cref="AdapterManifest"/> as JSON.</summary>
    public required BlobRef Adapter { get; init; }

    /// <summary>Optimiser steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Mean loss of the last step, in nats per supervised token.</summary>
    public required double FinalLoss { get; init; }

    /// <summary>Tokens of the training rows; null where the adapter lay ready.</summary>
    public long? Tokens { get; init; }

    /// <summary>Those of them that carry loss.</summary>
    public long? SupervisedTokens { get; init; }

    /// <summary>What was odd about data and settings, a sentence each.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>Energy of the worker's processor packages while it trained, other work on them included; null where they do not tell.</summary>
    public double? EnergyJoules { get; init; }
}

/// <summary>Training cannot succeed with this data or this configuration.</summary>
public sealed record TrainingFailed
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>A stable word for programs, such as <c>loss_not_finite</c>.</summary>
    public required string Code { get; init; }

    /// <summary>One sentence for people: what, where, what to do.</summary>
    public required string Reason { get; init; }
}

/// <summary><c>manifest.json</c> of an adapter folder: what it was made of and which files belong to it.</summary>
public sealed record AdapterManifest
{
    /// <summary>Content address of the adapter.</summary>
    public required string AdapterId { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The dataset that it was trained on.</summary>
    public required string DatasetId { get; init; }

    /// <summary>The base model that it belongs to.</summary>
    public required ModelRef Model { get; init; }

    /// <summary>SHA-256 of the chat template that the training text was rendered with.</summary>
    public required string ChatTemplateSha256 { get; init; }

    /// <summary>The PEFT folder's files, ordered by key.</summary>
    public required IReadOnlyList<BlobRef> Files { get; init; }
}
