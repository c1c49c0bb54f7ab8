namespace LoraMesh.DatasetPrep.Problems;

/// <summary>What may be done about a kind of problem.</summary>
/// <param name="Default">What is done where the project says nothing.</param>
/// <param name="CanRepair">Whether the row can be mended.</param>
/// <param name="CanKeep">Whether the row can be trained on as it is.</param>
internal sealed record KindRule(ProblemPolicy Default, bool CanRepair, bool CanKeep)
{
    /// <summary>Whether a project may choose the policy.</summary>
    public bool Allows(ProblemPolicy policy) => policy switch
    {
        ProblemPolicy.Report => CanKeep,
        ProblemPolicy.Repair => CanRepair,
        _ => true,
    };

    /// <summary>The words of the policies that a project may choose.</summary>
    public IEnumerable<string> Allowed() => Enum.GetValues<ProblemPolicy>().Where(Allows).Select(policy => policy.ToString().ToLowerInvariant());
}

/// <summary>The rule of every kind of problem.</summary>
internal static class KindRules
{
    private static readonly KindRule DropOnly = new(ProblemPolicy.Drop, CanRepair: false, CanKeep: false);
    private static readonly KindRule ReportFirst = new(ProblemPolicy.Report, CanRepair: true, CanKeep: true);

    private static readonly string[] PersonalData =
    [
        ProblemKind.PersonalEmail, ProblemKind.PersonalPhone, ProblemKind.PersonalIban, ProblemKind.PersonalCard,
        ProblemKind.PersonalIp, ProblemKind.PersonalNationalId, ProblemKind.PersonalSecret,
    ];

    /// <summary>By kind, in alphabetical order.</summary>
    public static IReadOnlyDictionary<string, KindRule> All { get; } = Make();

    /// <summary>The rule of a kind.</summary>
    public static KindRule Of(string kind) => All.GetValueOrDefault(kind, DropOnly);

    // Every constant of ProblemKind is a kind; those that need not cost the row are listed here.
    private static SortedDictionary<string, KindRule> Make()
    {
        var rules = new SortedDictionary<string, KindRule>(StringComparer.Ordinal);
        foreach (var field in typeof(ProblemKind).GetFields())
        {
            rules[(string)field.GetRawConstantValue()!] = DropOnly;
        }

        rules[ProblemKind.NoSplitField] = new KindRule(ProblemPolicy.Report, CanRepair: false, CanKeep: true);
        rules[ProblemKind.Contaminated] = new KindRule(ProblemPolicy.Drop, CanRepair: false, CanKeep: true);
        foreach (var kind in PersonalData)
        {
            rules[kind] = ReportFirst;
        }

        return rules;
    }
}
