using System.Text.RegularExpressions;
using LoraMesh.Client;

namespace LoraMesh.EndToEndTests.Fixtures;

/// <summary>A suite started with <c>loramesh up</c> as a process of its own.</summary>
public sealed partial class RunningSuite : IAsyncDisposable
{
    private readonly LorameshProcess _process;

    private RunningSuite(LorameshProcess process, Uri address, string data)
    {
        _process = process;
        Address = address;
        Data = data;
        Client = new SuiteClient(address);
    }

    /// <summary>Where it answers.</summary>
    public Uri Address { get; }

    /// <summary>Its data folder.</summary>
    public string Data { get; }

    /// <summary>A client of it.</summary>
    public SuiteClient Client { get; }

    /// <summary>Everything that it wrote so far.</summary>
    public string Everything => _process.Everything;

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="data">Its data folder.</param>
    /// <param name="address">Where it shall answer; null for a free port.</param>
    public static async Task<RunningSuite> StartAsync(string data, Uri? address = null)
    {
        var urls = address?.ToString().TrimEnd('/') ?? "http://127.0.0.1:0";
        var (process, line) = await LorameshProcess.StartUntilAsync("LoraMesh is up at", "up", "--data", data, "--urls", urls, "--quiet-period", "1");
        return new RunningSuite(process, new Uri(AddressInLine().Match(line).Value), data);
    }

    /// <summary>Drops files with <c>loramesh drop</c> and waits for the result.</summary>
    public Task<CommandOutcome> DropAndWaitAsync(string project, params string[] files) =>
        LorameshProcess.RunAsync(["drop", .. files, "--project", project, "--wait", "--json", "--url", Address.ToString()]);

    /// <summary>Starts <c>loramesh drop --wait</c> and does not wait for it.</summary>
    public LorameshProcess StartDrop(string project, params string[] files) =>
        LorameshProcess.Start(["drop", .. files, "--project", project, "--wait", "--json", "--url", Address.ToString()]);

    /// <summary>Kills it in the middle of whatever it does.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
    }

    [GeneratedRegex(@"http://[0-9.:]+/")]
    private static partial Regex AddressInLine();
}
