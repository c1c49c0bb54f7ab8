using System.Net;
using System.Net.Sockets;

namespace LoraMesh.Containers;

/// <summary>Ports of this machine for containers that must come back at the same address after a restart.</summary>
internal static class HostPorts
{
    /// <summary>A port that nobody listens on at this moment.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
