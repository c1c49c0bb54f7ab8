namespace LoraMesh.Model;

/// <summary>Finds the family of a <c>config.json</c> and refuses, by name, what would change the computation and is not built.</summary>
internal static class UnsupportedSettings
{
    internal static ModelFamily Check(string path, ConfigJson json)
    {
        foreach (var key in (string[])["auto_map", "custom_pipelines"])
        {
            if (json.Has(key))
            {
                throw new UnsupportedModelException($"{path}: {key} asks for Python code that comes with the model; no such code is run. Take {key} out of the file to read the model as a plain '{json.Text("model_type")}'.");
            }
        }

        var family = ModelFamily.Find(json.Text("model_type")) ?? throw new UnsupportedModelException(
            $"{path}: model_type is '{json.Text("model_type")}'. Built: {string.Join(", ", ModelFamily.All.Select(built => built.ModelType))}.{Hint(json)}");
        foreach (var key in (string[])["quantization_config", "compression_config"])
        {
            if (json.Has(key))
            {
                throw new UnsupportedModelException($"{path}: {key} is set. Quantised weights are not read; name a folder with the weights in f32, f16 or bf16.");
            }
        }

        foreach (var (key, expected) in ((string, bool)[])[("is_causal", true), ("use_bidirectional_attention", false), ("is_encoder_decoder", false), ("add_cross_attention", false)])
        {
            if (json.Flag(key, expected) != expected)
            {
                throw new UnsupportedModelException($"{path}: {key} is {json.Raw(key)}. Built are decoders that see no later token.");
            }
        }

        if (json.Strings("architectures") is { } architectures && !architectures.Any(name => name.EndsWith("ForCausalLM", StringComparison.Ordinal)))
        {
            throw new UnsupportedModelException($"{path}: architectures is [{string.Join(", ", architectures)}]. Built is {family.Architecture}: a model with an output head over the vocabulary.");
        }

        return family;
    }

    private static string Hint(ConfigJson json) => json.Text("model_type") == "gemma3"
        ? " This is the model with an image tower; its text part alone is a 'gemma3_text' model."
        : string.Empty;
}
