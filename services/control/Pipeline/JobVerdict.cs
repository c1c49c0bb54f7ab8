namespace LoraMesh.Control.Pipeline;

/// <summary>What the watch makes of one open job.</summary>
public enum JobVerdict
{
    /// <summary>A worker holds it.</summary>
    Alive,

    /// <summary>No worker holds it yet, which is no cause for worry.</summary>
    Waiting,

    /// <summary>The command is issued again for the same attempt.</summary>
    Unanswered,

    /// <summary>The worker died with it.</summary>
    Lost,

    /// <summary>It took longer than it may.</summary>
    Late,
}
