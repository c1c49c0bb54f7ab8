namespace LoraMesh.AllInOne.Doctor;

/// <summary>Looks at one part of what a suite stands on, and changes nothing that stays.</summary>
internal interface IExamination
{
    /// <summary>What it looks at, in a word.</summary>
    string Name { get; }

    /// <summary>What to do where the look itself fails.</summary>
    string Advice { get; }

    /// <summary>Looks; every exception counts as a problem.</summary>
    IAsyncEnumerable<Finding> LookAsync(CancellationToken cancellationToken);
}
