using LoraMesh.Control.Registry;
using LoraMesh.Control;
using LoraMesh.DatasetPrep;
using LoraMesh.Evaluator;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting;
using LoraMesh.Inference;
using LoraMesh.Storage;
using LoraMesh.Trainer;
using Microsoft.Extensions.Options;

namespace LoraMesh.AllInOne.Doctor;

/// <summary>The settings of this environment and what they lead to; nothing is started.</summary>
internal sealed class Surroundings : IAsyncDisposable
{
    private readonly WebApplication _services;
    private readonly IReadOnlyList<Uri> _addresses;

    private Surroundings(WebApplication services, IReadOnlyList<Uri> addresses) => (_services, _addresses) = (services, addresses);

    /// <summary>Reads the environment.</summary>
    /// <param name="data">Data folder where the environment names none.</param>
    /// <param name="addresses">Running services to ask.</param>
    public static Surroundings Read(string data, IReadOnlyList<Uri> addresses)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();

        // Before the environment, which wins.
        builder.Configuration.AddInMemoryCollection([new("Storage:Folder", data)]);
        builder.AddLoraMeshHosting();
        builder.AddControl();
        builder.AddDatasetPrep();
        builder.AddTrainer();
        builder.AddEvaluator();
        builder.AddInference();
        return new Surroundings(builder.Build(), addresses);
    }

    /// <summary>What is to be looked at; where the settings are wrong, nothing that depends on them.</summary>
    public IEnumerable<IExamination> Examinations()
    {
        yield return new SettingsExamination(_services.Services);
        if (Options<StorageOptions>() is { } storage)
        {
            foreach (var examination in OfStore(storage))
            {
                yield return examination;
            }

            if (Options<DatabaseOptions>() is { } database)
            {
                yield return new DatabaseExamination(database, database.File ?? Path.Combine(storage.Folder, "control.db"));
            }

            yield return new MachineExamination(storage);
        }

        if (Options<BusOptions>() is { } bus)
        {
            yield return new BrokerExamination(bus);
        }

        yield return new ServicesExamination(_addresses);
    }

    private List<IExamination> OfStore(StorageOptions storage)
    {
        if (storage.Kind == StorageOptions.FolderKind && !Directory.Exists(storage.Folder))
        {
            return [new NewFolderExamination(storage.Folder)];
        }

        var store = _services.Services.GetRequiredService<IBlobStore>();
        List<IExamination> examinations = [new StoreExamination(store, storage), new ClockExamination(store, TimeProvider.System)];
        if (Options<InferenceOptions>() is { } inference)
        {
            examinations.Add(new ModelsExamination(_services.Services.GetRequiredService<ModelCatalog>(), inference.Model));
        }

        return examinations;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    // Null where they are wrong, which the examination of the settings says.
    private T? Options<T>()
        where T : class
    {
        try
        {
            return _services.Services.GetRequiredService<IOptions<T>>().Value;
        }
        catch (OptionsValidationException)
        {
            return null;
        }
    }
}
