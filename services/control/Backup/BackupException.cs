namespace LoraMesh.Control.Backup;

/// <summary>A backup cannot be taken, is not whole, or cannot be restored here; the message says why and what to do.</summary>
public sealed class BackupException(string message, Exception? cause = null) : Exception(message, cause);
