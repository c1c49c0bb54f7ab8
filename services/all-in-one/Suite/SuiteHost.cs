using LoraMesh.AllInOne.Commands;
using LoraMesh.CommandLine;
using LoraMesh.Control.Api;
using LoraMesh.Control.Dashboard;
using LoraMesh.Control;
using LoraMesh.DatasetPrep;
using LoraMesh.Evaluator;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Health;
using LoraMesh.Hosting.Http;
using LoraMesh.Hosting.Telemetry;
using LoraMesh.Hosting;
using LoraMesh.Inference;
using LoraMesh.Model;
using LoraMesh.Storage;
using LoraMesh.Trainer;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace LoraMesh.AllInOne.Suite;

/// <summary>The five services in this process, on embedded defaults, in one data folder that nobody else uses meanwhile.</summary>
public sealed class SuiteHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DataFolderLock _lock;
    private readonly LogFile _log;

    private SuiteHost(WebApplication app, DataFolderLock held, LogFile log)
    {
        _app = app;
        _lock = held;
        _log = log;
        Address = ListenAddresses.Reachable(app.Urls.First());
    }

    /// <summary>Where the suite can be reached from this machine.</summary>
    public Uri Address { get; }

    /// <summary>The suite's blobs.</summary>
    public IBlobStore Store => _app.Services.GetRequiredService<IBlobStore>();

    /// <summary>The log file.</summary>
    public string LogPath => _log.Path;

    /// <summary>Takes the data folder and starts everything.</summary>
    /// <exception cref="CommandException">The folder is held by another, an address cannot be bound, or a setting is wrong.</exception>
    public static async Task<SuiteHost> StartAsync(SuiteSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        ListenAddresses.Check(settings.Urls);
        var held = DataFolderLock.Take(settings.Data, settings.Urls, time);
        LogFile? log = null;
        WebApplication? app = null;
        try
        {
            log = new LogFile(Path.Combine(settings.Data, "logs", "loramesh.log"));
            LoadLibtorch(settings);
            app = Compose(settings, log, time);
            var store = app.Services.GetRequiredService<IBlobStore>();
            await AbandonedLeases.EndAsync(store, time, cancellationToken);
            if (await SampleFiles.InstallBaseModelAsync(store, cancellationToken))
            {
                settings.Terminal($"No base model was there: installed the sample one as {SampleFiles.BaseModel}.");
            }

            await StartAsync(app, settings.Urls, cancellationToken);
            return new SuiteHost(app, held, log);
        }
        catch
        {
            await DisposeAsync(app, held, log);
            throw;
        }
    }

    /// <summary>Waits for Ctrl-C, SIGTERM or <paramref name="cancellationToken"/>, then stops everything cleanly.</summary>
    public async Task WaitForShutdownAsync(CancellationToken cancellationToken)
    {
        await _app.WaitForShutdownAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => DisposeAsync(_app, _lock, _log);

    private static void LoadLibtorch(SuiteSettings settings)
    {
        try
        {
            settings.Terminal(TorchRuntime.Initialize());
        }
        catch (DllNotFoundException failure)
        {
            throw new CommandException(ExitCode.WorkFailed, "libtorch_missing", failure.Message, failure);
        }
        catch (InvalidOperationException failure)
        {
            throw new CommandException(ExitCode.WrongCommand, "libtorch_refused", failure.Message, failure);
        }
    }

    private static WebApplication Compose(SuiteSettings settings, LogFile log, TimeProvider time)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(settings.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("LoraMesh", LogLevel.Information);
        builder.Logging.AddProvider(new SuiteLoggerProvider(log, settings, time));

        builder.AddLoraMeshHosting(
            bus => bus.AddControlConsumers(),
            bus => bus.AddDatasetPrepConsumers(),
            bus => bus.AddTrainerConsumers(),
            bus => bus.AddEvaluatorConsumers(),
            bus => bus.AddInferenceConsumers());

        // After the environment, so that the command line wins over it.
        builder.Configuration.AddInMemoryCollection(SuiteConfiguration.Of(settings));
        builder.AddControl();
        builder.AddDatasetPrep();
        builder.AddTrainer();
        builder.AddEvaluator();
        builder.AddInference();

        var app = builder.Build();
        app.UseLoraMeshErrors();
        app.UseLoraMeshAccess();
        app.UseControlLimits();
        app.UseDashboard();
        app.MapLoraMeshHealth();
        app.MapLoraMeshMetrics();
        app.MapControl();
        app.MapInference();
        return app;
    }

    private static async Task StartAsync(WebApplication app, string urls, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            throw ListenAddresses.NotBindable(urls, "the address is already in use", failure);
        }
        catch (OptionsValidationException failure)
        {
            throw new CommandException(ExitCode.WrongCommand, "wrong_configuration", $"The configuration is wrong: {string.Join("; ", failure.Failures)}.", failure);
        }
    }

    private static async ValueTask DisposeAsync(WebApplication? app, DataFolderLock held, LogFile? log)
    {
        if (app is not null)
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }

        log?.Dispose();
        held.Dispose();
    }
}
