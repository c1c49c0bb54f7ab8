using System.Runtime.CompilerServices;
using LoraMesh.Contracts;
using LoraMesh.Storage;

namespace LoraMesh.AllInOne.Doctor;

/// <summary>Whether there are base models, and whether each is a folder that can be read.</summary>
internal sealed class ModelsExamination(ModelCatalog catalog, string wanted) : IExamination
{
    private static readonly string[] Needed = ["config.json", "tokenizer.json"];

    public string Name => "models";

    public string Advice => "Is the store up? See what was found about it.";

    public async IAsyncEnumerable<Finding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var names = await catalog.ListAsync(cancellationToken);
        if (!names.Contains(wanted))
        {
            yield return new Finding(Name, Verdict.Warning, $"{Buckets.Models} holds no '{wanted}', which inference serves from its start (Inference:Model).", $"Copy a Hugging Face folder to {Buckets.Models}/{wanted}/, or name another. `loramesh up` installs its sample model where none is.");
        }

        foreach (var name in names)
        {
            yield return await LookAsync(name, cancellationToken);
        }
    }

    private async Task<Finding> LookAsync(string name, CancellationToken cancellationToken)
    {
        var check = $"model {name}";
        try
        {
            if (await catalog.FindAsync(name, cancellationToken) is not { } model)
            {
                return new Finding(check, Verdict.Problem, "Its name cannot be used.", "Rename the folder: letters, digits, dots, dashes and underscores.");
            }

            var files = model.Files.Select(file => file.Key[(name.Length + 1)..]).ToList();
            var missing = Needed.Except(files).ToList();
            if (!files.Exists(file => file.EndsWith(".safetensors", StringComparison.Ordinal)))
            {
                missing.Add("*.safetensors");
            }

            return missing.Count > 0
                ? new Finding(check, Verdict.Problem, $"It lacks {string.Join(", ", missing)}.", $"Copy the whole Hugging Face folder to {Buckets.Models}/{name}/.")
                : new Finding(check, Verdict.Ok, $"{files.Count} files, {model.Files.Sum(file => file.Bytes) / (1024.0 * 1024):0.0} MiB, digest {model.Digest[..12]}.");
        }
        catch (ModelRefusedException refused)
        {
            return new Finding(check, Verdict.Problem, refused.Message, "Remove the file, or convert it.");
        }
    }
}
