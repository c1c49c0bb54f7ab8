using LoraMesh.Contracts;

namespace LoraMesh.Control.Pipeline;

/// <summary>What a message did to a run.</summary>
/// <param name="Run">The run afterwards.</param>
/// <param name="Effects">What else is to happen, in this order, in the same transaction.</param>
/// <param name="Ignored">Why the message changed nothing; null where it did.</param>
public sealed record Transition(Run Run, IReadOnlyList<Effect> Effects, string? Ignored = null);

/// <summary>What the state machine knows beside the run.</summary>
/// <param name="Now">The time.</param>
/// <param name="NextVersion">The version that the project's next evaluated adapter gets.</param>
/// <param name="Champion">The project's champion; null where there is none.</param>
/// <param name="ChampionModelDigest">Digest of the champion's base model.</param>
/// <param name="CandidateModelDigest">Digest of the new adapter's base model; known with <see cref="AdapterTrained"/> only.</param>
/// <param name="MaxAttempts">How often a job is issued before its run is given up.</param>
public sealed record RunFacts(
    DateTimeOffset Now, int NextVersion = 1, AdapterAlias? Champion = null, string? ChampionModelDigest = null, string? CandidateModelDigest = null, int MaxAttempts = 5);

/// <summary>Something that happens outside the run because of it.</summary>
public abstract record Effect;

/// <summary>A message is published.</summary>
/// <param name="Message">A record of LoraMesh.Contracts.</param>
public sealed record Send(object Message) : Effect;

/// <summary>The registry gets a version for the run's adapter.</summary>
/// <param name="Version">Its number.</param>
public sealed record AddVersion(int Version) : Effect;

/// <summary>An alias points elsewhere, in the registry and in the store.</summary>
/// <param name="Name">The alias.</param>
/// <param name="Target">What it points to from now on.</param>
public sealed record MoveAlias(string Name, AdapterAlias Target) : Effect;

/// <summary>The replaced champion is to be let go once its successor answers.</summary>
/// <param name="Version">The replaced version.</param>
public sealed record RetireLater(int Version) : Effect;

/// <summary>The audit trail gets an entry.</summary>
/// <param name="What">What was done, a stable word.</param>
/// <param name="Why">Why, in one sentence.</param>
/// <param name="Version">The version, where it concerns one.</param>
public sealed record Note(string What, string Why, int? Version = null) : Effect;
