namespace LoraMesh.BaseModel.Corpus;

/// <summary>Progress lines on standard error, in order.</summary>
public sealed class ConsoleProgress : IProgress<string>
{
    /// <inheritdoc />
    public void Report(string value) => Console.Error.WriteLine(value);
}
