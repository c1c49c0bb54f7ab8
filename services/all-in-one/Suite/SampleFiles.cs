using LoraMesh.AllInOne.Commands;
using LoraMesh.CommandLine;
using LoraMesh.Contracts;
using LoraMesh.Storage;

namespace LoraMesh.AllInOne.Suite;

/// <summary>The sample data and base model that lie beside the binary.</summary>
public static class SampleFiles
{
    /// <summary>Name under which the sample base model is installed.</summary>
    public const string BaseModel = "loramesh-tiny";

    private const string ConfigName = "config.json";

    /// <summary>Folder of the sample project's data.</summary>
    public static string Tickets => Path.Combine(AppContext.BaseDirectory, "samples", "tickets");

    /// <summary>The files of a sample folder to drop, by name.</summary>
    /// <param name="folder">The folder; null for the sample tickets.</param>
    /// <exception cref="CommandException">There is nothing in it.</exception>
    public static IReadOnlyList<string> Find(string? folder)
    {
        if (folder is null)
        {
            var tickets = Path.Combine(Tickets, "tickets.jsonl");
            var config = Path.Combine(Tickets, "project.yaml");
            return !File.Exists(tickets) ? throw Missing(tickets) : File.Exists(config) ? [config, tickets] : [tickets];
        }

        var files = Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToList() : [];
        return files.Count > 0
            ? files
            : throw new CommandException(ExitCode.WrongCommand, "sample_empty", $"--sample names {folder}, where no file lies; name a folder with data files and, if wanted, a project.yaml.");
    }

    /// <summary>Installs the sample base model unless the store already holds a model.</summary>
    /// <returns>Whether it was installed now.</returns>
    /// <exception cref="CommandException">It is not beside the binary.</exception>
    public static async Task<bool> InstallBaseModelAsync(IBlobStore store, CancellationToken cancellationToken)
    {
        await store.EnsureBucketAsync(Buckets.Models, cancellationToken);
        await foreach (var blob in store.ListAsync(Buckets.Models, "", cancellationToken))
        {
            if (blob.Key.EndsWith('/' + ConfigName, StringComparison.Ordinal))
            {
                return false;
            }
        }

        var folder = Path.Combine(AppContext.BaseDirectory, "samples", "base-model");
        if (!File.Exists(Path.Combine(folder, "model.safetensors")))
        {
            throw Missing(Path.Combine(folder, "model.safetensors"));
        }

        // config.json last: a model without it is none, so an interrupted installation begins anew.
        foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).OrderBy(path => Path.GetFileName(path) == ConfigName))
        {
            await using var content = File.OpenRead(path);
            await store.PutAsync(Buckets.Models, $"{BaseModel}/{Path.GetFileName(path)}", content, cancellationToken: cancellationToken);
        }

        return true;
    }

    private static CommandException Missing(string path) =>
        new(ExitCode.WorkFailed, "sample_missing", $"{path} is missing: the samples belong beside the binary. Install LoraMesh again, or build it with compose/samples in place.");
}
