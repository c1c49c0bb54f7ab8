using LoraMesh.Contracts;
using LoraMesh.Storage;

namespace LoraMesh.DatasetPrep.Storing;

/// <summary>The part of a base model that preparing data needs, on this machine.</summary>
/// <param name="Model">The whole model by reference.</param>
/// <param name="Path">The folder.</param>
internal sealed record BaseModelFolder(ModelRef Model, string Path)
{
    /// <summary>The files that are fetched, where the model has them; never the weights.</summary>
    private static readonly string[] Wanted =
        ["chat_template.jinja", "config.json", "generation_config.json", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json"];

    /// <summary>Fetches tokenizer, template and settings of a model; null where there is no such model.</summary>
    /// <exception cref="ModelRefusedException">The model must not be used.</exception>
    public static async Task<BaseModelFolder?> FetchAsync(ModelCatalog catalog, LocalBlobCache cache, string name, CancellationToken cancellationToken)
    {
        if (await catalog.FindAsync(name, cancellationToken) is not { } model)
        {
            return null;
        }

        var prefix = model.Name + "/";
        var files = model.Files.Where(file => Wanted.Any(wanted => file.Key == prefix + wanted)).ToList();
        return new BaseModelFolder(model, await cache.FetchFolderAsync(files, prefix, cancellationToken));
    }
}
