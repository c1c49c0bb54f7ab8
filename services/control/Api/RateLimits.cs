using System.Globalization;
using System.Threading.RateLimiting;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Api;

/// <summary>Says of an endpoint that its requests count against the caller's limits.</summary>
/// <param name="IsUpload">Whether it takes files: of these a few at once are let through, and the next ones wait.</param>
internal sealed record Limited(bool IsUpload);

/// <summary>
/// How much one caller may ask of the API: requests as tokens in a bucket, uploads by how many there are at once. Each process of
/// control counts for itself. Health, metrics and pages are not counted.
/// </summary>
public static class RateLimits
{
    /// <summary>Counts requests; call it after <see cref="AccessEndpoints.UseLoraMeshAccess"/>, since it counts by caller.</summary>
    public static IApplicationBuilder UseControlLimits(this IApplicationBuilder app) => app.UseRateLimiter();

    internal static void AddControlLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<ControlOptions>>((limits, options) =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.OnRejected = RefuseAsync;
            limits.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                PartitionedRateLimiter.Create<HttpContext, string>(http => Requests(http, options.Value)),
                PartitionedRateLimiter.Create<HttpContext, string>(http => Uploads(http, options.Value)));
        });
    }

    private static RateLimitPartition<string> Requests(HttpContext http, ControlOptions options) =>
        http.GetEndpoint()?.Metadata.GetMetadata<Limited>() is null || options.RequestsPerSecond == 0
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(CallerOf(http), _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = Math.Max(options.RequestBurst, options.RequestsPerSecond),
                TokensPerPeriod = options.RequestsPerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            });

    private static RateLimitPartition<string> Uploads(HttpContext http, ControlOptions options) =>
        http.GetEndpoint()?.Metadata.GetMetadata<Limited>() is not { IsUpload: true }
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetConcurrencyLimiter(CallerOf(http), _ => new ConcurrencyLimiterOptions { PermitLimit = options.UploadsAtOnce, QueueLimit = options.UploadsWaiting });

    // Where access is open all are one caller; what tells them apart then is where they are.
    private static string CallerOf(HttpContext http) =>
        Caller.Of(http) is var caller && caller == Caller.Anyone ? http.Connection.RemoteIpAddress?.ToString() ?? "" : caller.Name;

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? Math.Max(1, Math.Ceiling(time.TotalSeconds)) : 1;
        rejected.HttpContext.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        await ApiError.TooMany(
            "This caller asks for more than the API lets through (Control:RequestsPerSecond and Control:RequestBurst, for uploads Control:UploadsAtOnce and Control:UploadsWaiting). Try again after Retry-After.",
            null, "too_many_requests").ExecuteAsync(rejected.HttpContext);
    }
}
