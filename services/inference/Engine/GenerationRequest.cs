using System.Threading.Channels;
using LoraMesh.Inference.Adapters;
using LoraMesh.Model;
using LoraMesh.Text;

namespace LoraMesh.Inference.Engine;

/// <summary>
/// What is to be generated, and where it goes. Each prompt is answered <see cref="ChoicesPerPrompt"/> times; choice
/// <c>p × ChoicesPerPrompt + i</c> is the i-th answer to prompt p. Submitted once.
/// </summary>
public sealed class GenerationRequest
{
    // Unbounded is bounded here: at most one event per token, and tokens end with the context.
    private readonly Channel<GenerationEvent> _events = Channel.CreateUnbounded<GenerationEvent>(new UnboundedChannelOptions { SingleWriter = true, SingleReader = true });
    private int _endedChoices;
    private int? _promptTokens;

    /// <summary>The model's name as the client wrote it; for the figures only.</summary>
    public required string Model { get; init; }

    /// <summary>Who asks; tenants share the engine fairly.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>Token ids of each prompt; none of them empty or longer than the context.</summary>
    public required IReadOnlyList<int[]> Prompts { get; init; }

    /// <summary>Answers to each prompt; at least 1.</summary>
    public int ChoicesPerPrompt { get; init; } = 1;

    /// <summary>Held until the last choice has ended; null for the base model alone.</summary>
    public AdapterLease? Adapter { get; init; }

    /// <summary>How tokens are chosen.</summary>
    public required SamplingOptions Sampling { get; init; }

    /// <summary>Seed of the first choice; the others are derived from it.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Most tokens of one answer; at least 1. The context may end it before.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Fewest tokens of one answer before an end token may come.</summary>
    public int MinTokens { get; init; }

    /// <summary>Whether the model's own end tokens end nothing.</summary>
    public bool IgnoresEnd { get; init; }

    /// <summary>Further tokens that end an answer; they are not part of its text.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>Strings that end an answer; they are not part of it.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>What each answer must look like; null where it is free.</summary>
    public TokenConstraint? Constraint { get; init; }

    /// <summary>Whether special tokens, but for those that end an answer, are part of the text: some models open tool calls with them.</summary>
    public bool ShowsSpecialTokens { get; init; }

    /// <summary>How many alternatives to score at each place; null for no scores at all.</summary>
    public int? TopLogProbabilities { get; init; }

    /// <summary>Fires when nobody wants the answer any more.</summary>
    public CancellationToken Abandoned { get; init; }

    /// <summary>The answer, piece by piece; it completes after the last choice, or fails with what went wrong.</summary>
    public ChannelReader<GenerationEvent> Events => _events.Reader;

    /// <summary>Number of answers in all.</summary>
    public int Choices => Prompts.Count * ChoicesPerPrompt;

    /// <summary>Tokens of the prompts that were taken over from earlier requests; it holds once the first piece of every answer is there.</summary>
    public int CachedTokens { get; internal set; }

    // Answers that have got a place so far.
    internal int BegunChoices { get; set; }

    internal int PromptTokens => _promptTokens ??= Prompts.Sum(prompt => prompt.Length);

    internal long SubmittedAt { get; set; }

    internal bool Ended { get; private set; }

    internal void Send(GenerationEvent piece)
    {
        _events.Writer.TryWrite(piece);
        if (piece.Finish is not null && ++_endedChoices == Choices)
        {
            End(null);
        }
    }

    internal void EndIfAbandoned()
    {
        if (Abandoned.IsCancellationRequested)
        {
            End(new OperationCanceledException(Abandoned));
        }
    }

    internal void End(Exception? failure)
    {
        if (!Ended)
        {
            Ended = true;
            _events.Writer.TryComplete(failure);
            Adapter?.Dispose();
        }
    }
}
