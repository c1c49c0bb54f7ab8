using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LoraMesh.Storage;

/// <summary>The rules for names of buckets and keys, the same for every store.</summary>
public static partial class BlobKey
{
    /// <summary>Longest key in UTF-8 bytes, as in S3.</summary>
    public const int MaxBytes = 1024;

    /// <summary>Says what is wrong with a key, or null where nothing is.</summary>
    public static string? Problem(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length == 0)
        {
            return "it is empty";
        }

        for (var i = 0; i < key.Length; i++)
        {
            if (key[i] < ' ' || key[i] == '\u007f')
            {
                return string.Create(CultureInfo.InvariantCulture, $"it holds the control character U+{(int)key[i]:X4} at position {i}");
            }

            if (char.IsHighSurrogate(key[i]) && i + 1 < key.Length && char.IsLowSurrogate(key[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(key[i]))
            {
                return string.Create(CultureInfo.InvariantCulture, $"it holds half a surrogate pair at position {i}");
            }
        }

        var bytes = Encoding.UTF8.GetByteCount(key);
        if (bytes > MaxBytes)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it has {bytes} UTF-8 bytes, at most {MaxBytes} are allowed");
        }

        foreach (var part in key.Split('/'))
        {
            if (part is "" or "." or "..")
            {
                return $"it holds the part '{part}'; parts must not be empty, '.' or '..'";
            }
        }

        return null;
    }

    /// <summary>Throws where the bucket or the key is not a valid name.</summary>
    /// <exception cref="ArgumentException">What is wrong with which of the two.</exception>
    public static void Check(string bucket, string key)
    {
        CheckBucket(bucket);
        if (Problem(key) is { } problem)
        {
            throw new ArgumentException($"The blob key '{key}' is not allowed: {problem}.", nameof(key));
        }
    }

    /// <summary>Throws where the bucket's name is not one that S3 allows.</summary>
    /// <exception cref="ArgumentException">The name, and what is allowed.</exception>
    public static void CheckBucket(string bucket)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        if (!BucketName().IsMatch(bucket))
        {
            throw new ArgumentException($"The bucket name '{bucket}' is not allowed: 3 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit.", nameof(bucket));
        }
    }

    /// <summary>Throws where a prefix of keys could never match one.</summary>
    /// <exception cref="ArgumentException">What is wrong with the prefix.</exception>
    public static void CheckPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length > 0 && Problem(prefix + "x") is { } problem)
        {
            throw new ArgumentException($"The key prefix '{prefix}' is not allowed: {problem}.", nameof(prefix));
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]\\z", RegexOptions.CultureInvariant)]
    private static partial Regex BucketName();
}
