using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using LoraMesh.Contracts;
using LoraMesh.Storage.S3;
using Minio;
using Minio.DataModel;
using Minio.DataModel.Args;
using Minio.Exceptions;

namespace LoraMesh.Storage;

// Contents go through addresses that the SDK signs, not through its own get and put: its ranged get throws, and its put
// drops conditions silently for everything above 5 MiB.

/// <summary>
/// Blobs on an S3 server (MinIO, Ceph, AWS and kin). The server must know conditional puts (If-None-Match, If-Match).
/// Listings tell no SHA-256, and times are to the second. Faults of server or network are <see cref="IOException"/> or
/// <see cref="HttpRequestException"/>, refused credentials <see cref="UnauthorizedAccessException"/>.
/// </summary>
public sealed class S3BlobStore : IBlobStore, IDisposable
{
    /// <summary>Largest blob: what S3 takes in one request, 5 GiB.</summary>
    public const long MaxBytes = 5L << 30;

    /// <summary>Longest key in UTF-8 bytes: what the SDK takes.</summary>
    public const int MaxKeyBytes = 512;

    private const int SignatureSeconds = 24 * 60 * 60;
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(60);

    private readonly S3Settings _settings;
    private readonly HttpClient _http;
    private readonly IMinioClient _client;

    /// <summary>Makes a store; nothing is sent yet.</summary>
    public S3BlobStore(S3Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _http = S3Http.Create(settings);
        _client = new MinioClient()
            .WithEndpoint(settings.Endpoint.Authority)
            .WithSSL(settings.Endpoint.Scheme == Uri.UriSchemeHttps)
            .WithCredentials(settings.AccessKey, settings.SecretKey)
            .WithRegion(settings.Region)
            .WithHttpClient(_http)
            .Build();
    }

    /// <inheritdoc/>
    public async Task EnsureBucketAsync(string bucket, CancellationToken cancellationToken = default)
    {
        BlobKey.CheckBucket(bucket);
        await AskAsync($"bucket {bucket}", async patience =>
        {
            if (!await _client.BucketExistsAsync(new BucketExistsArgs().WithBucket(bucket), patience))
            {
                await _client.MakeBucketAsync(new MakeBucketArgs().WithBucket(bucket), patience);
            }

            return true;
        }, cancellationToken);
    }

    /// <summary>What time the server thinks it is, to the second; null where it does not say.</summary>
    public async Task<DateTimeOffset?> ServerTimeAsync(CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(AnswerTime);
        using var request = new HttpRequestMessage(HttpMethod.Get, _settings.Endpoint);
        using var answer = await SendAsync(request, "the time", patience.Token, cancellationToken);
        return answer.Headers.Date;
    }

    /// <inheritdoc/>
    public async Task<BlobInfo?> StatAsync(string bucket, string key, CancellationToken cancellationToken = default)
    {
        Check(bucket, key);
        return await AskAsync<BlobInfo?>($"blob {bucket}/{key}", async patience =>
        {
            try
            {
                var found = await _client.StatObjectAsync(new StatObjectArgs().WithBucket(bucket).WithObject(key), patience);
                return Describe(bucket, key, found.ETag, found.Size, found.LastModified);
            }
            catch (Exception absent) when (absent is ObjectNotFoundException or BucketNotFoundException)
            {
                return null;
            }
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Stream?> OpenReadAsync(string bucket, string key, CancellationToken cancellationToken = default)
    {
        Check(bucket, key);
        var address = await _client.PresignedGetObjectAsync(new PresignedGetObjectArgs().WithBucket(bucket).WithObject(key).WithExpiry(SignatureSeconds));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(AnswerTime);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        var answer = await SendAsync(request, $"blob {bucket}/{key}", patience.Token, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            answer.Dispose();
            return null;
        }

        await S3Answers.RequireSuccessAsync(answer, $"reading blob {bucket}/{key}", cancellationToken);
        return await answer.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<BlobRef> PutAsync(string bucket, string key, Stream content, PutCondition condition = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        Check(bucket, key);
        using var spooled = await SpooledContent.ReadAsync(content, _settings.SpoolFolder, cancellationToken);
        if (spooled.Length > MaxBytes)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"Blob {bucket}/{key} has {spooled.Length} bytes; at most {MaxBytes} go to an S3 server in one piece. Split the file."));
        }

        var address = await _client.PresignedPutObjectAsync(new PresignedPutObjectArgs().WithBucket(bucket).WithObject(key).WithExpiry(SignatureSeconds));
        await using var bytes = spooled.Open();
        using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new StreamContent(bytes, 128 * 1024) };
        request.Content.Headers.ContentLength = spooled.Length;
        if (condition.MustBeAbsent)
        {
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        }
        else if (condition.MustMatchETag is { } tag)
        {
            // Without quotes: Ceph 18 compares literally, the others take both.
            request.Headers.TryAddWithoutValidation("If-Match", tag);
        }

        using var answer = await SendAsync(request, $"blob {bucket}/{key}", cancellationToken, cancellationToken);
        // Besides 412: 409 where another conditional write was under way (AWS), 404 for If-Match where nothing is.
        if (answer.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict
            || (condition.MustMatchETag is { } expected && (await S3Answers.IsMissingKeyAsync(answer, cancellationToken) || await LostRaceAsync(answer, bucket, key, expected, cancellationToken))))
        {
            throw new BlobConditionException(bucket, key);
        }

        await S3Answers.RequireSuccessAsync(answer, $"writing blob {bucket}/{key}", cancellationToken);
        return new BlobRef { Bucket = bucket, Key = key, Sha256 = spooled.Sha256, Bytes = spooled.Length };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync(string bucket, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        BlobKey.CheckBucket(bucket);
        BlobKey.CheckPrefix(prefix);
        var items = _client.ListObjectsEnumAsync(new ListObjectsArgs().WithBucket(bucket).WithPrefix(prefix).WithRecursive(true), cancellationToken);
        await using var walk = items.GetAsyncEnumerator(cancellationToken);
        while (await AskAsync($"the listing of bucket {bucket}", async _ => await walk.MoveNextAsync(), cancellationToken))
        {
            var item = walk.Current;
            // Keys that other clients may have made and ours may not name cannot be opened; they are no blobs of the suite.
            if (!item.IsDir && BlobKey.Problem(item.Key) is null && Encoding.UTF8.GetByteCount(item.Key) <= MaxKeyBytes)
            {
                yield return Describe(bucket, item.Key, item.ETag, (long)item.Size, item.LastModifiedDateTime ?? DateTime.UnixEpoch);
            }
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string bucket, string key, CancellationToken cancellationToken = default)
    {
        Check(bucket, key);
        await AskAsync($"blob {bucket}/{key}", async patience =>
        {
            try
            {
                await _client.RemoveObjectAsync(new RemoveObjectArgs().WithBucket(bucket).WithObject(key), patience);
            }
            catch (Exception absent) when (absent is ObjectNotFoundException or BucketNotFoundException)
            {
                // It is as absent as it was to become.
            }

            return true;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    private static void Check(string bucket, string key)
    {
        BlobKey.Check(bucket, key);
        if (Encoding.UTF8.GetByteCount(key) is var bytes && bytes > MaxKeyBytes)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The blob key '{key}' is not allowed in an S3 store: it has {bytes} UTF-8 bytes, at most {MaxKeyBytes} are allowed."), nameof(key));
        }
    }

    // Listings tell milliseconds, headers seconds: the same blob must look the same in both.
    private static BlobInfo Describe(string bucket, string key, string etag, long bytes, DateTime modified)
    {
        var utc = modified.Kind == DateTimeKind.Local ? modified.ToUniversalTime() : DateTime.SpecifyKind(modified, DateTimeKind.Utc);
        return new BlobInfo(bucket, key, etag.Trim('"'), bytes, new DateTimeOffset(utc.Ticks - utc.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero));
    }

    // Ceph 18 answers 500 to whoever loses a race of writers with the same tag.
    private async Task<bool> LostRaceAsync(HttpResponseMessage answer, string bucket, string key, string expected, CancellationToken cancellationToken) =>
        answer.StatusCode == HttpStatusCode.InternalServerError && (await StatAsync(bucket, key, cancellationToken))?.ETag != expected;

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string what, CancellationToken patience, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{_settings} gave no answer about {what} within {AnswerTime.TotalSeconds} s.", late);
        }
    }

    private async Task<T> AskAsync<T>(string what, Func<CancellationToken, Task<T>> question, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(AnswerTime);
        try
        {
            return await question(patience.Token);
        }
        catch (Exception refused) when (refused is AuthorizationException or AccessDeniedException or Minio.Exceptions.ForbiddenException)
        {
            throw new UnauthorizedAccessException($"{_settings} refuses {what}: {refused.Message}. Look after the access key, the secret key and what they may do.", refused);
        }
        catch (MinioException problem)
        {
            throw new IOException($"{_settings} failed with {what}: {problem.Message}", problem);
        }
        catch (ArgumentNullException silent) when (silent.ParamName == "message")
        {
            // The SDK makes this of an error answer without a text.
            throw new IOException($"{_settings} failed with {what} and did not say why.", silent);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{_settings} gave no answer about {what} within {AnswerTime.TotalSeconds} s.", late);
        }
    }
}
