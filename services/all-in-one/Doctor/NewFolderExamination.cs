using System.Runtime.CompilerServices;

namespace LoraMesh.AllInOne.Doctor;

/// <summary>Says that the folder of blobs is not there yet: asking a store in it would make it.</summary>
internal sealed class NewFolderExamination(string folder) : IExamination
{
    public string Name => "store";

    public string Advice => "Name another folder by Storage:Folder.";

    public async IAsyncEnumerable<Finding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield return new Finding(Name, Verdict.Ok, $"The folder {Path.GetFullPath(folder)} does not exist yet; it is made at the first start.");
    }
}
