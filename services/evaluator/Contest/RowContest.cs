using LoraMesh.Model;
using LoraMesh.Text;

namespace LoraMesh.Evaluator.Contest;

/// <summary>All that is measured of contestants: losses of a shard's rows and answers to those that can be asked, each prompt computed once.</summary>
internal static class RowContest
{
    /// <summary>Measures what is not measured yet.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="stops">Texts before which an answer ends.</param>
    /// <param name="asked">What is asked.</param>
    /// <param name="rows">Rows of the shard.</param>
    /// <param name="contestants">Who is measured.</param>
    /// <param name="rowsDone">Hears of losses and answers that have been found.</param>
    /// <param name="cancellationToken">Ends the work between two passes.</param>
    internal static void Run(
        CausalLm model,
        Tokenizer tokenizer,
        IReadOnlyList<string> stops,
        IReadOnlyList<HeldOutRow> asked,
        IReadOnlyList<LossRow> rows,
        IReadOnlyList<Contestant> contestants,
        Action<int> rowsDone,
        CancellationToken cancellationToken)
    {
        // Going back to the prompt's end is only possible where what is cached of it does not depend on what followed.
        var shared = model.CachesLast ? LossRow.Match(asked, rows) : new LossRow?[asked.Count];
        using var prefixes = new SharedPrefixes(model, asked, rows);
        new AnswerContest(model, tokenizer, stops, asked, shared, contestants).Run(prefixes, rowsDone, cancellationToken);
        LossMeasure.Measure(model, rows, contestants, prefixes, rowsDone, cancellationToken);
    }
}
