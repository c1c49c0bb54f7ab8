using Microsoft.IdentityModel.Tokens;

namespace LoraMesh.Hosting.Access;

/// <summary>The public keys of a provider from a file, read anew when it changes. May be called from any thread.</summary>
internal sealed class TokenKeys(string file, TimeProvider time)
{
    private const long MaxBytes = 1024 * 1024;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    private readonly Lock _reading = new();
    private IReadOnlyList<SecurityKey> _keys = [];
    private DateTime _written;
    private long? _lookedAt;

    /// <summary>The keys as they are now; those from before where the file cannot be read at the moment.</summary>
    public IReadOnlyList<SecurityKey> Current
    {
        get
        {
            lock (_reading)
            {
                if (_lookedAt is { } looked && time.GetElapsedTime(looked) < LookAgain)
                {
                    return _keys;
                }

                _lookedAt = time.GetTimestamp();
                var written = File.GetLastWriteTimeUtc(file);
                if (written != _written && Problem(file) is null)
                {
                    _keys = Read(file);
                    _written = written;
                }

                return _keys;
            }
        }
    }

    /// <summary>What is wrong with a file of keys; null where it holds some that can check a signature.</summary>
    public static string? Problem(string file)
    {
        if (!File.Exists(file))
        {
            return $"KeysFile is '{file}', which does not exist";
        }

        if (new FileInfo(file).Length > MaxBytes)
        {
            return $"KeysFile '{file}' has more than {MaxBytes} bytes, which no set of keys has";
        }

        try
        {
            return Read(file).Length > 0 ? null : $"KeysFile '{file}' holds no public key of RSA or of an elliptic curve; save what the provider gives at its jwks_uri";
        }
        catch (Exception wrong) when (wrong is ArgumentException or IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            return $"KeysFile '{file}' is not a JWK Set: {wrong.Message}";
        }
    }

    // What is symmetric is left out: whoever may check with it may sign with it too.
    private static SecurityKey[] Read(string file) =>
        [.. new JsonWebKeySet(File.ReadAllText(file)).GetSigningKeys().Where(key => key is not SymmetricSecurityKey)];
}
