namespace LoraMesh.DatasetPrep.Cleaning.PersonalData;

/// <summary>Where in a row a text stands, for people; the row's own field names are unknown once it is read.</summary>
/// <param name="Part">Such as <c>message</c>, or <c>chosen message</c>.</param>
/// <param name="Number">1-based; 0 where there is only one.</param>
/// <param name="Role">Who speaks; empty where nobody does.</param>
internal readonly record struct RowPlace(string Part, int Number, string Role)
{
    public override string ToString() => Part + (Number > 0 ? $" {Number}" : string.Empty) + (Role.Length > 0 ? $" ({Role})" : string.Empty);
}
