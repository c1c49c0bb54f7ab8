namespace LoraMesh.DatasetPrep.Storing;

/// <summary>How inputs are called in reports.</summary>
internal static class InputNames
{
    /// <summary>The key without the project's folder.</summary>
    public static string Relative(string project, string key) =>
        key.StartsWith(project + "/", StringComparison.Ordinal) ? key[(project.Length + 1)..] : key;
}
