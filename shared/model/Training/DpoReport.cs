namespace LoraMesh.Model;

/// <summary>What the loss of some preference pairs was made of.</summary>
public sealed record DpoReport
{
    /// <summary>Their share of the accumulated batch's loss.</summary>
    public double Loss { get; init; }

    /// <summary>Log-probabilities under the adapter: the chosen answers, then the rejected ones.</summary>
    public required IReadOnlyList<double> Policy { get; init; }

    /// <summary>The same of the base alone.</summary>
    public required IReadOnlyList<double> Reference { get; init; }

    /// <summary>How the loss was taken.</summary>
    public required DpoOptions Options { get; init; }

    /// <summary>The report of several parts of a micro-batch as one.</summary>
    public static DpoReport Join(IReadOnlyList<DpoReport> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return parts is [var only] ? only : parts[0] with { Loss = parts.Sum(part => part.Loss), Policy = Halves(parts.Select(part => part.Policy)), Reference = Halves(parts.Select(part => part.Reference)) };

        // The chosen answers of all parts, then the rejected ones.
        static List<double> Halves(IEnumerable<IReadOnlyList<double>> lists) =>
            [.. lists.SelectMany(list => list.Take(list.Count / 2)), .. lists.SelectMany(list => list.Skip(list.Count / 2))];
    }

    /// <summary>β times how much likelier than for the base each answer is; the chosen ones, then the rejected ones.</summary>
    public IReadOnlyList<double> Rewards => [.. Policy.Zip(Reference, (policy, reference) => Options.Beta * (policy - reference))];
}
