using System.Net.Sockets;

namespace LoraMesh.Containers;

/// <summary>Whether containers can be started here.</summary>
public static class DockerEngine
{
    private static readonly Lazy<string?> Found = new(Look);

    /// <summary>Why tests that need containers are skipped, or null where they can run.</summary>
    public static string? Absence => Found.Value;

    private static string? Look()
    {
        if (Environment.GetEnvironmentVariable("LORAMESH_NO_CONTAINERS") is { Length: > 0 } reason)
        {
            return reason;
        }

        var host = Environment.GetEnvironmentVariable("DOCKER_HOST");
        if (!string.IsNullOrEmpty(host) && !host.StartsWith("unix://", StringComparison.Ordinal))
        {
            return null;
        }

        var path = string.IsNullOrEmpty(host) ? "/var/run/docker.sock" : host["unix://".Length..];
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return null;
        }
        catch (SocketException problem)
        {
            return $"no Docker engine answers at {path} ({problem.Message}); start one, or set DOCKER_HOST";
        }
    }
}
