using System.Reflection;

namespace LoraMesh.Containers;

/// <summary>Finds the programs of the services: those built with this library, or those below the folder that <c>LORAMESH_SERVICES</c> names, one folder a service.</summary>
internal static class ServicePrograms
{
    private static readonly Dictionary<string, string> Assemblies = new(StringComparer.Ordinal)
    {
        ["control"] = "LoraMesh.Control",
        ["dataset-prep"] = "LoraMesh.DatasetPrep",
        ["trainer"] = "LoraMesh.Trainer",
        ["evaluator"] = "LoraMesh.Evaluator",
        ["inference"] = "LoraMesh.Inference",
    };

    /// <summary>Path of a service's program.</summary>
    /// <param name="service">The service.</param>
    /// <param name="folders">A folder with one published service a folder, such as those of another version; null for those of this build.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static string Find(string service, string? folders = null)
    {
        var name = Assemblies.TryGetValue(service, out var known) ? known
            : throw new ArgumentException($"'{service}' is no service; expected one of {string.Join(", ", Assemblies.Keys)}.", nameof(service));
        var folder = (folders ?? Environment.GetEnvironmentVariable("LORAMESH_SERVICES")) is { Length: > 0 } published
            ? Path.Combine(published, service)
            : BuiltFolder(name);
        var program = Path.Combine(folder, name + ".dll");
        return File.Exists(program) ? program
            : throw new FileNotFoundException($"The program of service '{service}' is not at {program}. Build the services, or let LORAMESH_SERVICES name a folder with one published service a folder.", program);
    }

    private static string BuiltFolder(string assembly) => typeof(ServicePrograms).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(noted => noted.Key == "LoraMesh.Services").Value!.Replace("*", assembly, StringComparison.Ordinal);
}
