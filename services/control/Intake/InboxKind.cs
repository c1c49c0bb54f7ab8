namespace LoraMesh.Control.Intake;

/// <summary>What an object of the inbox is, by its key alone.</summary>
public enum InboxKind
{
    /// <summary>Data to train on.</summary>
    Data,

    /// <summary>The project's <c>project.yaml</c>.</summary>
    Settings,

    /// <summary>A <c>_READY</c> marker: the drops are complete.</summary>
    Ready,

    /// <summary>Not looked at: a name on its way begins with a dot.</summary>
    Ignored,
}
