using System.Net;
using System.Net.Sockets;
using LoraMesh.AllInOne.Commands;
using LoraMesh.CommandLine;

namespace LoraMesh.AllInOne.Suite;

/// <summary>Checks the addresses that a suite shall listen at before anything else is started.</summary>
public static class ListenAddresses
{
    /// <summary>Binds every address once and lets it go again.</summary>
    /// <exception cref="CommandException">An address is malformed, its port is taken, or it is not this machine's.</exception>
    public static void Check(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            Check(Parse(url), url);
        }
    }

    /// <summary>The error for an address that could not be bound.</summary>
    public static CommandException NotBindable(string url, string problem, Exception cause) =>
        new(ExitCode.WrongCommand, "address_not_usable", $"Cannot listen at {url}: {problem}. Stop what holds the port, or choose another, such as --urls http://127.0.0.1:8081.", cause);

    /// <summary>The address by which this machine reaches a server that listens at <paramref name="bound"/>.</summary>
    public static Uri Reachable(string bound)
    {
        var address = BindingAddress.Parse(bound);
        var anyHost = address.Host is "0.0.0.0" or "[::]" or "*" or "+";
        return new Uri($"{address.Scheme}://{(anyHost ? "127.0.0.1" : address.Host)}:{address.Port}/");
    }

    private static BindingAddress Parse(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            if (address.Scheme == "http" && address.PathBase.Length == 0 && !address.IsUnixPipe)
            {
                return address;
            }
        }
        catch (FormatException)
        {
            // Said below with what is expected.
        }

        throw new CommandException(ExitCode.WrongCommand, "wrong_urls", $"--urls has '{url}'; expected addresses such as http://127.0.0.1:8080, separated by semicolons.");
    }

    private static void Check(BindingAddress address, string url)
    {
        var host = address.Host switch
        {
            "localhost" => IPAddress.Loopback,
            var name when IPAddress.TryParse(name.Trim('[', ']'), out var parsed) => parsed,
            _ => IPAddress.Any,
        };
        using var listener = new TcpListener(host, address.Port);
        try
        {
            listener.Start();
        }
        catch (SocketException failure)
        {
            throw NotBindable(url, failure.Message, failure);
        }
    }
}
