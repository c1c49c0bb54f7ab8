using System.Security.Cryptography;
using System.Text.Json;
using Amazon.S3.Model;
using LoraMesh.Containers;
using LoraMesh.Contracts;

namespace LoraMesh.Soak;

/// <summary>Looks at everything that is left after a soak: runs, drops, artefacts, queues, leases.</summary>
internal sealed class SoakAudit(RunningMesh mesh, SoakOptions options, List<string> waiting)
{
    private static readonly TimeSpan CompareTime = TimeSpan.FromMinutes(30);

    private const int MaxCompared = 5;

    private readonly List<string> _problems = [.. waiting.Select(project => $"{project} did not come to an end")];
    private readonly List<RunView> _runs = [];
    private int _adapters;
    private int _compared;

    /// <summary>Looks.</summary>
    public async Task RunAsync()
    {
        for (var project = 0; project < options.Projects; project++)
        {
            var runs = await mesh.Client.FindRunsAsync(SoakData.Project(project)) ?? [];
            _runs.AddRange(runs);
            _problems.AddRange(runs.Where(run => run.State is not RunStates.Refused and not RunStates.Promoted).Select(run => $"{run.Run} of {run.Project} is {run.State} ({run.Code}): {run.Reason}"));
            await CheckDropsAsync(project, runs);
            await CheckAdaptersAsync(SoakData.Project(project), runs);
        }

        await CheckLeftoversAsync();
        for (var project = 0; project < Math.Min(options.Projects, MaxCompared); project++)
        {
            try
            {
                await CompareAsync(project);
            }
            catch (MeshException late)
            {
                _problems.Add(late.Message.Split('\n')[0]);
            }
        }
    }

    /// <summary>What was found.</summary>
    public FaultReport Report(IReadOnlyDictionary<string, int> kills, TimeSpan faults, TimeSpan drained) => new()
    {
        Drops = options.Drops,
        Kills = kills,
        Runs = _runs.GroupBy(run => run.State).ToDictionary(group => group.Key, group => group.Count()),
        Retried = _runs.Count(run => run.Attempt > 1),
        Adapters = _adapters,
        Compared = _compared,
        SecondsOfFaults = Math.Round(faults.TotalSeconds),
        SecondsToDrain = Math.Round(drained.TotalSeconds),
        Problems = _problems,
    };

    // Each drop belongs to the run that took it first; the later ones train on it again, and none but the first begins because of it.
    private async Task CheckDropsAsync(int project, IReadOnlyList<RunView> runs)
    {
        var began = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var item in mesh.Objects.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = Buckets.Inbox, Prefix = SoakData.Project(project) + "/rows-" }).S3Objects)
        {
            var run = (await mesh.Client.FindDropAsync(item.Key, item.ETag.Trim('"')))?.Run;
            if (run is null || !runs.Any(known => known.Run == run && RunStates.IsTerminal(known.State)))
            {
                _problems.Add($"{item.Key} has no ended run");
            }
            else
            {
                began.Add(run);
            }
        }

        _problems.AddRange(runs.Where(run => !began.Contains(run.Run)).Select(run => $"{run.Run} of {run.Project} began without a new drop"));
    }

    private async Task CheckAdaptersAsync(string project, IReadOnlyList<RunView> runs)
    {
        var expected = runs.Select(run => run.AdapterId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var found = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var item in mesh.Objects.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = Buckets.Adapters, Prefix = project + "/" }).S3Objects)
        {
            found.Add(item.Key.Split('/')[1]);
        }

        found.Remove("aliases");
        _problems.AddRange(found.Except(expected).Select(id => $"adapter {project}/{id} belongs to no run"));
        foreach (var id in expected)
        {
            await FilesAsync(project, id);
            _adapters++;
        }
    }

    // The hashes of an adapter's files, once each is read and is what the manifest says.
    private async Task<Dictionary<string, string>> FilesAsync(string project, string adapterId)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var manifest = JsonSerializer.Deserialize<AdapterManifest>(await ReadAsync(Buckets.Adapters, $"{project}/{adapterId}/manifest.json"), ContractsJson.Options)!;
            foreach (var file in manifest.Files)
            {
                var sha256 = Convert.ToHexStringLower(SHA256.HashData(await ReadAsync(file.Bucket, file.Key)));
                if (sha256 != file.Sha256)
                {
                    _problems.Add($"{file.Key} is not what its manifest says");
                }

                files[Path.GetFileName(file.Key)] = sha256;
            }
        }
        catch (Amazon.S3.AmazonS3Exception missing)
        {
            _problems.Add($"adapter {project}/{adapterId} is not whole: {missing.ErrorCode}");
        }

        return files;
    }

    private async Task CheckLeftoversAsync()
    {
        foreach (var line in (await mesh.Broker.ControlAsync("list_queues", "name", "messages")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split('\t') is [not "name", not "0"])
            {
                _problems.Add($"queue {line.Replace("\t", " holds ", StringComparison.Ordinal)}");
            }
        }

        _problems.AddRange((await KeysAsync(Buckets.Runs)).Where(key => key.EndsWith(".lease.json", StringComparison.Ordinal)).Select(key => $"lease {key} was left over"));
        _problems.AddRange((await KeysAsync(Buckets.Quarantine)).Select(key => $"{key} lies in quarantine"));
    }

    // The same files into a project of their own, while nothing is killed.
    private async Task CompareAsync(int project)
    {
        var (disturbed, calm) = (SoakData.Project(project), $"calm-{project}");
        await mesh.Client.DropTextAsync(calm, "project.yaml", SoakData.Config);
        for (var file = 0; file * options.Projects + project < options.Drops; file++)
        {
            await mesh.Client.DropTextAsync(calm, SoakData.Name(file), SoakData.Rows(project, file));
        }

        var run = await mesh.Client.WaitForEndAsync(calm, CompareTime);
        var last = _runs.FirstOrDefault(known => known.Project == disturbed);
        if (last?.AdapterId != run.AdapterId || run.AdapterId is null)
        {
            _problems.Add($"{disturbed} ended with adapter {last?.AdapterId}, undisturbed it is {run.AdapterId}");
            return;
        }

        var (one, other) = (await FilesAsync(disturbed, run.AdapterId), await FilesAsync(calm, run.AdapterId));
        _problems.AddRange(one.Where(file => file.Key is not ("README.md" or "bom.cdx.json") && other.GetValueOrDefault(file.Key) != file.Value).Select(file => $"{file.Key} of {disturbed} differs from that of an undisturbed run"));
        _compared++;
    }

    private async Task<byte[]> ReadAsync(string bucket, string key)
    {
        using var answer = await mesh.Objects.GetObjectAsync(bucket, key);
        using var bytes = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private async Task<List<string>> KeysAsync(string bucket)
    {
        var keys = new List<string>();
        await foreach (var item in mesh.Objects.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = bucket }).S3Objects)
        {
            keys.Add(item.Key);
        }

        return keys;
    }
}
