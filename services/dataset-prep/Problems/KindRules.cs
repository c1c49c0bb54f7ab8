using static LoraMesh.DatasetPrep.Problems.ProblemPolicy;

namespace LoraMesh.DatasetPrep.Problems;

/// <summary>What may be done about a kind of problem.</summary>
/// <param name="Default">What is done where the project says nothing.</param>
/// <param name="Choices">What a project may choose.</param>
internal sealed record KindRule(ProblemPolicy Default, params IReadOnlyList<ProblemPolicy> Choices)
{
    /// <summary>Whether a project may choose the policy.</summary>
    public bool Allows(ProblemPolicy policy) => Choices.Contains(policy);

    /// <summary>The words of the policies that a project may choose.</summary>
    public IEnumerable<string> Allowed() => Choices.Order().Select(policy => policy.ToString().ToLowerInvariant());
}

/// <summary>The rule of every kind of problem.</summary>
internal static class KindRules
{
    /// <summary>The row cannot be used.</summary>
    private static readonly KindRule Fatal = new(Drop, Drop, Refuse);

    /// <summary>The row cannot be used, or its meaning would change by mending it; the project may choose to.</summary>
    private static readonly KindRule Mendable = new(Drop, Repair, Drop, Refuse);

    /// <summary>The row cannot be used as it is, and there is one way to mend it.</summary>
    private static readonly KindRule Mended = new(Repair, Repair, Drop, Refuse);

    /// <summary>The row can be used, and it can be made better.</summary>
    private static readonly KindRule Improvable = new(Report, Ignore, Report, Repair, Drop, Refuse);

    /// <summary>The row can be used, and is made better.</summary>
    private static readonly KindRule Improved = Improvable with { Default = Repair };

    /// <summary>The row can be used; people should know.</summary>
    private static readonly KindRule Noted = new(Report, Ignore, Report, Drop, Refuse);

    private static readonly string[] PersonalData =
    [
        ProblemKind.PersonalEmail, ProblemKind.PersonalPhone, ProblemKind.PersonalIban, ProblemKind.PersonalCard,
        ProblemKind.PersonalIp, ProblemKind.PersonalNationalId, ProblemKind.PersonalSecret,
    ];

    /// <summary>By kind, in alphabetical order.</summary>
    public static IReadOnlyDictionary<string, KindRule> All { get; } = Make();

    /// <summary>The rule of a kind.</summary>
    public static KindRule Of(string kind) => All.GetValueOrDefault(kind, Fatal);

    // Every constant of ProblemKind is a kind; those that need not cost the row are listed here.
    private static SortedDictionary<string, KindRule> Make()
    {
        var rules = new SortedDictionary<string, KindRule>(StringComparer.Ordinal);
        foreach (var field in typeof(ProblemKind).GetFields())
        {
            rules[(string)field.GetRawConstantValue()!] = Fatal;
        }

        Set(Noted, ProblemKind.NoSplitField);
        Set(new KindRule(Drop, Report, Drop, Refuse), ProblemKind.Contaminated);
        Set(Improvable, PersonalData);
        Set(
            Mendable,
            ProblemKind.NotUtf8,
            ProblemKind.ScalarAsText,
            ProblemKind.SystemNotFirst,
            ProblemKind.ConsecutiveTurns,
            ProblemKind.LastTurnNotAssistant,
            ProblemKind.ControlCharacters,
            ProblemKind.TrailingComma,
            ProblemKind.JsonComment,
            ProblemKind.RawControlCharacter);
        Set(
            Mended,
            ProblemKind.ByteOrderMark,
            ProblemKind.OtherEncoding,
            ProblemKind.WrappedRows,
            ProblemKind.RowsOverLines,
            ProblemKind.SeveralValues,
            ProblemKind.JsonInString,
            ProblemKind.EmptySystem,
            ProblemKind.ContentParts,
            ProblemKind.RoleAlias,
            ProblemKind.LegacyFunctionCall,
            ProblemKind.LongText);
        Set(
            Improvable,
            ProblemKind.Mojibake,
            ProblemKind.StrayControlCharacters,
            ProblemKind.InvisibleCharacters);
        Set(Improved, ProblemKind.CarriageReturns);
        Set(Improvable with { Default = Ignore }, ProblemKind.SurroundingSpace);
        Set(
            Noted,
            ProblemKind.WrongExtension,
            ProblemKind.ReplacementCharacter,
            ProblemKind.HtmlMarkup,
            ProblemKind.PlaceholderText,
            ProblemKind.RepetitiveText,
            ProblemKind.AnswerRepeatsQuestion,
            ProblemKind.SpecialTokenInText,
            ProblemKind.WrongLanguage,
            ProblemKind.UnknownTool,
            ProblemKind.ToolArgumentsMismatch,
            ProblemKind.LengthOutlier,
            ProblemKind.ToxicText,
            ProblemKind.MissingCallId,
            ProblemKind.Boilerplate,
            ProblemKind.DuplicateCallId);
        Set(new KindRule(Report, Ignore, Report, Refuse), ProblemKind.MixedLineEnds);
        Set(new KindRule(Drop, Report, Drop, Refuse), ProblemKind.ToolCallWithoutResult);

        // Found when the row is stored already.
        Set(new KindRule(Report, Ignore, Report, Refuse), ProblemKind.MixedSchemas);
        return rules;

        void Set(KindRule rule, params IEnumerable<string> kinds)
        {
            foreach (var kind in kinds)
            {
                rules[kind] = rule;
            }
        }
    }
}
