namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Where in a text personal data stand. It holds no copy of them.</summary>
/// <param name="Start">First char.</param>
/// <param name="Length">Number of chars.</param>
/// <param name="Kind">What sort it is.</param>
internal readonly record struct PersonalDataSpan(int Start, int Length, PersonalDataKind Kind)
{
    /// <summary>The char after the last.</summary>
    public int End => Start + Length;
}
