namespace LoraMesh.EndToEndTests.AirGap;

/// <summary>One place that a process tried to reach, whether or not it came through.</summary>
/// <param name="Call">The call to the system.</param>
/// <param name="Family"><c>inet</c> or <c>unix</c>.</param>
/// <param name="Address">Address, or path of the socket.</param>
/// <param name="Port">Port; 0 for a path.</param>
public sealed record Reached(string Call, string Family, string Address, int Port)
{
    // nscd is none of them: it is asked for users too, and where it runs nothing is watched (NetworkTrace.Absence).
    private static readonly string[] Resolvers = ["systemd/resolve", "mdns", "avahi"];

    /// <summary>Whether somebody was asked for an address by name: a server (DNS, multicast DNS, LLMNR, NetBIOS), or a local program that asks one.</summary>
    public bool IsNameLookUp => Family == "unix" ? Resolvers.Any(name => Address.Contains(name, StringComparison.Ordinal)) : Port is 53 or 137 or 853 or 5353 or 5355;

    /// <summary>Whether it lies on this machine.</summary>
    public bool IsLoopback => Family == "unix" || (System.Net.IPAddress.TryParse(Address, out var address) && System.Net.IPAddress.IsLoopback(address));

    /// <inheritdoc/>
    public override string ToString() => $"{Call} {Family} {Address}:{Port}";
}
