using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Personal data as a problem of a row.</summary>
internal static class PersonalDataProblem
{
    private static readonly string[] Kinds =
    [
        ProblemKind.PersonalEmail, ProblemKind.PersonalPhone, ProblemKind.PersonalIban, ProblemKind.PersonalCard,
        ProblemKind.PersonalIp, ProblemKind.PersonalNationalId, ProblemKind.PersonalSecret,
    ];

    /// <summary>The kind of problem that a kind of personal data is.</summary>
    public static string KindOf(PersonalDataKind kind) => Kinds[(int)kind];

    /// <summary>What was done about it, or may be done.</summary>
    public static string Suggestion(string kind, ProblemPolicy policy) => policy switch
    {
        ProblemPolicy.Repair => "Every one was replaced by a placeholder such as [EMAIL_1], which stands for the same value in the whole row.",
        ProblemPolicy.Drop => $"The row was left out; prep.policies.{kind}: repair would replace the value and keep the row.",
        ProblemPolicy.Refuse => "Take it out of the data before they are dropped again.",
        _ => $"Nothing was changed. prep.policies.{kind}: repair replaces it by a placeholder, drop leaves the row out.",
    };
}
