using LoraMesh.Model;

namespace LoraMesh.AllInOne.Commands;

/// <summary>One row while it is continued.</summary>
internal sealed class GeneratedRow(LoadedModel loaded, int[] prompt, Sampler sampler) : IDisposable
{
    internal int[] Prompt { get; } = prompt;

    internal List<int> New { get; } = [];

    internal DecoderSession Session { get; } = new(loaded.Model, loaded.Adapter);

    /// <summary><c>stop</c> at a token that ends a text, <c>length</c> at the limit or the context's end; null while it goes on.</summary>
    internal string? Finish { get; private set; }

    /// <summary>Adds the token that is chosen from its logits.</summary>
    internal void Take(ReadOnlySpan<float> logits, IReadOnlyCollection<int> ends, int most, int context)
    {
        var id = sampler.Next(logits);
        New.Add(id);
        Finish = ends.Contains(id) ? "stop" : New.Count >= most || Prompt.Length + New.Count >= context ? "length" : null;
    }

    public void Dispose() => Session.Dispose();
}
