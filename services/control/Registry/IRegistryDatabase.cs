namespace LoraMesh.Control.Registry;

/// <summary>What differs between the databases that a registry may lie in. Ready for use once it is made; thread-safe.</summary>
public interface IRegistryDatabase : IDisposable
{
    /// <summary>Whether other processes may use it at the same time; their changes are seen by looking again.</summary>
    bool IsShared { get; }

    /// <summary>Opens the tables for one piece of work.</summary>
    RegistryContext Open();

    /// <summary>Waits until no other process writes, and keeps it so until the context's transaction ends.</summary>
    Task BeginWritingAsync(RegistryContext context, CancellationToken cancellationToken);

    /// <summary>Whether the same work may succeed if it is done again: the database was busy or away.</summary>
    bool IsPassing(Exception problem);

    /// <summary>Asks for a piece of work that one process at a time does.</summary>
    /// <returns>The turn, to be given back by disposal; null while another process has it.</returns>
    Task<ITurn?> TryTakeTurnAsync(SharedWork work, CancellationToken cancellationToken);
}
