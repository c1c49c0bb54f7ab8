using LoraMesh.Client;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;

namespace LoraMesh.CommandLine;

/// <summary>Drops files into one project and waits for the runs that take them.</summary>
/// <param name="client">The suite.</param>
/// <param name="screen">Where progress goes.</param>
/// <param name="project">The project.</param>
public sealed class Drop(SuiteClient client, Screen screen, string project)
{
    private const string ConfigName = "project.yaml";
    private const string MarkerName = "_READY";

    private readonly RunWatch _watch = new(client, screen, TimeProvider.System);

    /// <summary>One uploaded file.</summary>
    /// <param name="File">Path as it was given.</param>
    /// <param name="Receipt">What the suite answered.</param>
    public sealed record Uploaded(string File, DropReceipt Receipt);

    /// <summary>Uploads the files, <c>project.yaml</c> first so that it counts for the others, a <c>_READY</c> marker last.</summary>
    /// <exception cref="CommandException">A file is missing, two bear the same name, or the suite refused one.</exception>
    public async Task<IReadOnlyList<Uploaded>> PutAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var named = Named(files);
        var uploaded = new List<Uploaded>();
        foreach (var (key, file) in named.OrderBy(pair => Order(pair.Key)))
        {
            await using var content = File.OpenRead(file);
            var receipt = await client.PutAsync(project, key, content, cancellationToken);
            uploaded.Add(new Uploaded(file, receipt));
            var taken = receipt.Run is null ? "" : $"; {receipt.Run} already took exactly these bytes";
            screen.Line($"Dropped {file} ({StageText.Size(receipt.Bytes)}) as {receipt.Bucket}/{receipt.Key}{taken}");
        }

        return uploaded;
    }

    /// <summary>Says what was dropped without waiting.</summary>
    /// <returns>The exit code.</returns>
    public int Tell(IReadOnlyList<Uploaded> uploaded)
    {
        if (screen.Json)
        {
            screen.Emit(new { project, files = uploaded.Select(file => Describe(file, file.Receipt.Run)).ToList() });
            return ExitCode.Done;
        }

        screen.Line($"See what becomes of it: loramesh runs --project {project}");
        return ExitCode.Done;
    }

    /// <summary>Waits for the runs that take the files; those that earlier runs took are only reported if none is new.</summary>
    /// <returns>The exit code of the last run, or of the first that was not promoted.</returns>
    public async Task<int> WaitAsync(IReadOnlyList<Uploaded> uploaded, CancellationToken cancellationToken)
    {
        var (view, files, exitCode) = await FollowAsync(uploaded, cancellationToken);
        var result = await _watch.ResultAsync(view, files, cancellationToken);
        new RunSummary(screen).Show(result);
        if (screen.Json)
        {
            screen.Emit(result);
        }

        return exitCode;
    }

    /// <summary>Follows the runs of the files to their ends.</summary>
    /// <returns>The run that decides the exit code, the files with their runs, and that code.</returns>
    public async Task<(RunView View, IReadOnlyList<DroppedFile> Files, int ExitCode)> FollowAsync(IReadOnlyList<Uploaded> uploaded, CancellationToken cancellationToken)
    {
        var data = uploaded.Where(file => Order(Path.GetFileName(file.File)) == 1).ToList();
        if (data.Count == 0)
        {
            throw new CommandException(ExitCode.WrongCommand, "nothing_to_wait_for", $"Only {ConfigName} or {MarkerName} was dropped, which starts no run of its own: drop data with it, or leave out --wait.");
        }

        if (data.Exists(file => file.Receipt.Run is null))
        {
            screen.Line("Waiting until the project has been quiet for its quiet period.");
        }

        var runs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in data)
        {
            runs[file.File] = file.Receipt.Run ?? await _watch.WaitForRunAsync(project, file.Receipt, cancellationToken);
        }

        var fresh = data.Where(file => file.Receipt.Run is null).ToList();
        var followed = (fresh.Count > 0 ? fresh : data).Select(file => runs[file.File]).Distinct(StringComparer.Ordinal);
        RunView? decisive = null;
        foreach (var run in followed)
        {
            var view = await _watch.FollowAsync(run, cancellationToken);
            decisive = decisive is null || decisive.State == RunStates.Promoted ? view : decisive;
        }

        var files = uploaded.Select(file => Describe(file, runs.GetValueOrDefault(file.File))).ToList();
        return (decisive!, files, RunWatch.ExitCodeOf(decisive!.State));
    }

    // Data is what runs take; configuration and marker only steer them.
    private static int Order(string name) => name switch
    {
        ConfigName => 0,
        MarkerName => 2,
        _ => 1,
    };

    private static DroppedFile Describe(Uploaded file, string? run) =>
        new(file.File, file.Receipt.Key, file.Receipt.Sha256, run, file.Receipt.Run is not null);

    private static Dictionary<string, string> Named(IReadOnlyList<string> files)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (Directory.Exists(file))
            {
                throw new CommandException(ExitCode.WrongCommand, "is_a_folder", $"{file} is a folder: name the files in it, such as {Path.Combine(file, "*.jsonl")}.");
            }

            if (!File.Exists(file))
            {
                throw new CommandException(ExitCode.WrongCommand, "no_such_file", $"{file} does not exist (looked at {Path.GetFullPath(file)}).");
            }

            var name = Path.GetFileName(file);
            if (name.StartsWith('.'))
            {
                throw new CommandException(ExitCode.WrongCommand, "hidden_file", $"{file} is hidden (its name begins with a dot), and runs pass hidden files over: rename it.");
            }

            if (!named.TryAdd(name, file) && Path.GetFullPath(named[name]) != Path.GetFullPath(file))
            {
                throw new CommandException(ExitCode.WrongCommand, "same_name", $"{named[name]} and {file} would both become '{name}' in the inbox: rename one, or drop them in two commands under two names.");
            }
        }

        return named;
    }
}
