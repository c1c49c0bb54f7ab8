using System.Text.Json;
using System.Text.Json.Nodes;
using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Lineage;

/// <summary>Compares two dataset folders.</summary>
public static class DatasetDiff
{
    /// <summary>Compares them; holds nine bytes a row of the first.</summary>
    /// <param name="before">Folder of the one.</param>
    /// <param name="after">Folder of the other.</param>
    /// <param name="shown">Most rows of each kind that are named.</param>
    /// <param name="cancellationToken">Ends the work between two rows.</param>
    /// <exception cref="InvalidDataException">A folder is no dataset's, or its rows cannot be read.</exception>
    public static DatasetDifference Compare(string before, string after, int shown = 10, CancellationToken cancellationToken = default)
    {
        var (one, other) = (DatasetFolder.ReadManifest(before), DatasetFolder.ReadManifest(after));
        var (oneInputs, otherInputs) = (Hashes(one), Hashes(other));
        return new DatasetDifference
        {
            Before = one.DatasetId,
            After = other.DatasetId,
            InputsAdded = [.. otherInputs.Keys.Except(oneInputs.Keys)],
            InputsRemoved = [.. oneInputs.Keys.Except(otherInputs.Keys)],
            InputsChanged = [.. oneInputs.Where(input => otherInputs.TryGetValue(input.Key, out var sha256) && sha256 != input.Value).Select(input => input.Key)],
            Settings = Settings(one, other),
            Rows = RowComparison.Compare(before, after, shown, cancellationToken),
            Dropped = Counts(Dropped(one), Dropped(other)),
            Problems = Counts(one.ProblemCounts.ToDictionary(entry => entry.Key, entry => (long)entry.Value), other.ProblemCounts.ToDictionary(entry => entry.Key, entry => (long)entry.Value)),
        };
    }

    private static SortedDictionary<string, string> Hashes(DatasetManifest manifest)
    {
        // Without the project: versions may lie under different ones.
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var input in manifest.Inputs)
        {
            hashes[input.Key[(input.Key.IndexOf('/', StringComparison.Ordinal) + 1)..]] = input.Sha256;
        }

        return hashes;
    }

    private static Dictionary<string, long> Dropped(DatasetManifest manifest) =>
        manifest.Stages.SelectMany(stage => stage.Dropped.Select(entry => (Name: $"{stage.Stage}/{entry.Key}", entry.Value))).ToDictionary(entry => entry.Name, entry => entry.Value);

    private static List<ChangedCount> Counts(Dictionary<string, long> before, Dictionary<string, long> after) =>
        [.. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            .Select(name => new ChangedCount(name, before.GetValueOrDefault(name), after.GetValueOrDefault(name))).Where(count => count.Before != count.After)];

    private static List<ChangedSetting> Settings(DatasetManifest before, DatasetManifest after)
    {
        var (one, other) = (Flat(before), Flat(after));
        return [.. one.Keys.Union(other.Keys).Order(StringComparer.Ordinal)
            .Select(key => new ChangedSetting(key, one.GetValueOrDefault(key), other.GetValueOrDefault(key))).Where(setting => setting.Before != setting.After)];
    }

    private static Dictionary<string, string?> Flat(DatasetManifest manifest)
    {
        var flat = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["model"] = manifest.Model.Name,
            ["model.digest"] = manifest.Model.Digest,
            ["prep_version"] = manifest.PrepVersion,
            ["training.tokens_per_batch"] = manifest.TokensPerBatch.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        Add(JsonSerializer.SerializeToNode(manifest.Prep, ContractsJson.Options), "prep");
        return flat;

        void Add(JsonNode? node, string path)
        {
            if (node is JsonObject { Count: > 0 } members)
            {
                foreach (var (name, value) in members)
                {
                    Add(value, $"{path}.{name}");
                }
            }
            else if (node is not null)
            {
                flat[path] = node.ToJsonString();
            }
        }
    }
}
