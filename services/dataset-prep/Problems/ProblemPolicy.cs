namespace LoraMesh.DatasetPrep.Problems;

/// <summary>What is done about a row, or a file, in which a kind of problem is found.</summary>
internal enum ProblemPolicy
{
    /// <summary>It is no problem to the project: nobody is told.</summary>
    Ignore,

    /// <summary>The row stays as it is; the report tells of it.</summary>
    Report,

    /// <summary>The row is mended in the way that the report names, and stays.</summary>
    Repair,

    /// <summary>The row is left out.</summary>
    Drop,

    /// <summary>None of the data are accepted.</summary>
    Refuse,
}
