using LoraMesh.CommandLine.Display;

namespace LoraMesh.AllInOne.Display;

/// <summary>Tells every two seconds how many blobs are done, for work that may take hours.</summary>
/// <param name="screen">Where it is told.</param>
/// <param name="verb">What is done with them, such as <c>copied</c>.</param>
/// <param name="time">Clock.</param>
public sealed class BlobProgress(Screen screen, string verb, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private long _told = time.GetTimestamp();

    /// <summary>Takes the count so far.</summary>
    public void Tell(long blobs, long bytes)
    {
        if (time.GetElapsedTime(_told) >= Pause)
        {
            _told = time.GetTimestamp();
            screen.ErrorLine($"{StageText.Count(blobs)} blobs, {StageText.Size(bytes)} {verb}");
        }
    }
}
