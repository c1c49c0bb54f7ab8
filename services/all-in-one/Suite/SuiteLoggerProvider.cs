using System.Globalization;

namespace LoraMesh.AllInOne.Suite;

/// <summary>Writes everything to the log file and, in one line each and without stack traces, what people should see to the terminal.</summary>
/// <param name="file">Takes everything, exceptions with their stacks.</param>
/// <param name="settings">What goes to the terminal, and where that is.</param>
/// <param name="time">Clock.</param>
public sealed class SuiteLoggerProvider(LogFile file, SuiteSettings settings, TimeProvider time) : ILoggerProvider
{
    // Control conducts the runs: what it tells is which run is in which state.
    private const string StageCategory = "LoraMesh.Control";

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new SuiteLogger(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The file outlives the provider: it belongs to who opened it.
    }

    private void Write(string category, LogLevel level, string message, Exception? exception)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var details = exception is null ? "" : Environment.NewLine + exception;
        file.Append(string.Create(CultureInfo.InvariantCulture, $"{now:yyyy-MM-ddTHH:mm:ss.fffZ} {Word(level)} {category}: {message}{details}"));
        if (level >= settings.TerminalLevel || (settings.TellStages && level >= LogLevel.Information && category.StartsWith(StageCategory, StringComparison.Ordinal)))
        {
            var cause = exception is null ? "" : $" ({exception.Message.Split('\n')[0].Trim()}; details in {file.Path})";
            var word = level == LogLevel.Information ? "" : Word(level) + ": ";
            settings.Terminal(string.Create(CultureInfo.InvariantCulture, $"{now:HH:mm:ss} {word}{message}{cause}"));
        }
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error or LogLevel.Critical => "error",
        _ => "debug",
    };

    private sealed class SuiteLogger(SuiteLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            provider.Write(category, logLevel, formatter(state, exception), exception);
    }
}
