namespace LoraMesh.Text;

/// <summary>A tokenizer.json asks for a component, or an option of one, that is not implemented; its ids would be wrong if it were passed over.</summary>
public sealed class UnsupportedTokenizerException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="path">Where in tokenizer.json the component stands, such as <c>$.pre_tokenizer.pretokenizers[1]</c>.</param>
    /// <param name="component">The component's name as the file writes it.</param>
    /// <param name="message">What is not supported and what is.</param>
    public UnsupportedTokenizerException(string path, string component, string message)
        : base(message)
    {
        Path = path;
        Component = component;
    }

    /// <summary>Where in tokenizer.json the component stands.</summary>
    public string Path { get; }

    /// <summary>The component's name as the file writes it.</summary>
    public string Component { get; }
}
