using LoraMesh.CommandLine;
using LoraMesh.Control;
using LoraMesh.Control.Registry;
using LoraMesh.Hosting;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Storage;
using Microsoft.Extensions.Options;

namespace LoraMesh.AllInOne.Suite;

/// <summary>Store and database as this environment's settings name them; no service is started.</summary>
public sealed class SuiteStores : IAsyncDisposable
{
    private readonly WebApplication _services;

    private SuiteStores(WebApplication services) => _services = services;

    /// <summary>The blobs.</summary>
    public IBlobStore Blobs => Get<IBlobStore>();

    /// <summary>Where the registry is.</summary>
    public DatabaseOptions Database => Get<IOptions<DatabaseOptions>>().Value;

    /// <summary>The registry's file where it is SQLite.</summary>
    public string DatabaseFile => Database.File ?? Path.Combine(Get<IOptions<StorageOptions>>().Value.Folder, "control.db");

    /// <summary>The registry, opened for this process as control would open it: its tables are made and brought up to date.</summary>
    /// <exception cref="CommandException">It is in use, or cannot be opened.</exception>
    public RegistryStore OpenRegistry()
    {
        try
        {
            return Get<RegistryStore>();
        }
        catch (RegistryException problem)
        {
            throw new CommandException(ExitCode.WrongCommand, "database_not_usable", problem.Message, problem);
        }
    }

    /// <summary>Reads the settings.</summary>
    /// <param name="data">Data folder where the environment names none.</param>
    /// <exception cref="CommandException">A setting is wrong.</exception>
    public static SuiteStores Open(string data)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();

        // Before the environment, which wins.
        builder.Configuration.AddInMemoryCollection([new("Storage:Folder", data)]);
        builder.AddLoraMeshHosting();
        builder.AddControl();
        var stores = new SuiteStores(builder.Build());
        try
        {
            _ = (stores.DatabaseFile, stores.Blobs);
            return stores;
        }
        catch (OptionsValidationException failure)
        {
            throw new CommandException(ExitCode.WrongCommand, "wrong_configuration", $"The configuration is wrong: {string.Join("; ", failure.Failures)}. 'loramesh doctor' looks at all of it.", failure);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private T Get<T>()
        where T : notnull => _services.Services.GetRequiredService<T>();
}
