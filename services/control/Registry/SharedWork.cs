namespace LoraMesh.Control.Registry;

/// <summary>Work that one process at a time does, whatever the number of replicas. The numbers are locks in the database: they do not change.</summary>
public enum SharedWork
{
    /// <summary>Publishing what the outbox holds, in its order.</summary>
    Outbox = 1,

    /// <summary>Looking after open jobs.</summary>
    Watch = 2,

    /// <summary>Listing the inbox and starting runs.</summary>
    Intake = 3,

    /// <summary>Collecting garbage.</summary>
    Garbage = 4,

    /// <summary>Telling webhooks.</summary>
    Webhooks = 5,

    /// <summary>Making the registry again from the store.</summary>
    Rebuild = 6,
}
