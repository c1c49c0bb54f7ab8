using System.Net;
using System.Net.NetworkInformation;

namespace LoraMesh.Containers;

/// <summary>Ports of this machine for containers that must come back at the same address after a restart.</summary>
internal static class HostPorts
{
    // Below the range that systems take for connections of their own: there one could be taken while the container is away.
    private const int First = 20_000;
    private const int Last = 32_000;

    // Two processes that begin at once begin at different places.
    private static int _next = Environment.ProcessId * 97;

    /// <summary>A port that nobody listens on or is connected from at this moment, other than any given before.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref _next) % (Last - First));
            var network = IPGlobalProperties.GetIPGlobalProperties();
            if (!network.GetActiveTcpListeners().Concat(network.GetActiveTcpConnections().Select(connection => connection.LocalEndPoint)).Any(used => used.Port == port))
            {
                return port;
            }
        }
    }
}
