namespace LoraMesh.EndToEndTests.AirGap;

/// <summary>A network namespace that holds a loopback and nothing else: no packet can leave it. Needs util-linux and iproute2.</summary>
public static class SealedNetwork
{
    // The loopback of a new namespace is down.
    private static readonly string[] Enter = ["unshare", "-rn", "sh", "-c", "ip link set lo up && exec \"$@\"", "sealed"];

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? Absence { get; } = NetworkTrace.Works(Enter[0], [.. Enter[1..], "true"])
        ? null : "unshare or ip is missing, or the system allows no network namespace (kernel.unprivileged_userns_clone, or a container without the right)";

    /// <summary>What to put before a command so that it runs inside.</summary>
    public static IReadOnlyList<string> Launcher => Enter;
}
