using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Registry;

/// <summary>Brings tables up to date.</summary>
internal static class RegistryMigrations
{
    /// <summary>Applies what is missing, each migration in a transaction of its own.</summary>
    /// <exception cref="RegistryException">A newer program has changed the tables.</exception>
    public static void Apply(RegistryContext context, string where)
    {
        var newer = context.Database.GetAppliedMigrations().Except(context.Database.GetMigrations()).ToList();
        if (newer.Count > 0)
        {
            throw new RegistryException($"{where} was changed by a newer program ({string.Join(", ", newer)}), which this one cannot use. Run the newer program, or restore a backup from before its first start.");
        }

        context.Database.Migrate();
    }
}
