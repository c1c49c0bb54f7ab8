using LoraMesh.Contracts;
using LoraMesh.Inference.Api;
using LoraMesh.Inference.Engine;
using LoraMesh.Text;

namespace LoraMesh.Inference.Models;

/// <summary>A base model that is loaded and can be asked.</summary>
public sealed class BaseModel : IAsyncDisposable
{
    internal BaseModel(ModelRef reference, Tokenizer tokenizer, ChatEncoder? chat, string chatTemplateSha256, InferenceEngine engine)
    {
        Reference = reference;
        Tokenizer = tokenizer;
        Chat = chat;
        ChatTemplateSha256 = chatTemplateSha256;
        Engine = engine;
        TokenTexts = new TokenTexts(tokenizer);
        Constraints = new ConstraintCache(tokenizer, engine.Config);
    }

    /// <summary>Name, digest and files.</summary>
    public ModelRef Reference { get; }

    /// <summary>Folder name in the bucket of models; also the name that clients ask for.</summary>
    public string Name => Reference.Name;

    /// <summary>Text to ids and back.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Conversations to ids; null where the model has no chat template.</summary>
    public ChatEncoder? Chat { get; }

    /// <summary>Tells its chat template from others; adapters name it.</summary>
    public string ChatTemplateSha256 { get; }

    /// <summary>Generates.</summary>
    public InferenceEngine Engine { get; }

    internal TokenTexts TokenTexts { get; }

    internal ConstraintCache Constraints { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Constraints.Dispose();
        return Engine.DisposeAsync();
    }
}
