using System.Globalization;
using LoraMesh.Inference.Engine;
using Microsoft.AspNetCore.Http;

namespace LoraMesh.Inference.Api;

// OpenAI's x-ratelimit headers, which clients pace themselves by: how much may wait for a place, and how much more fits now.
internal static class QueueHeaders
{
    public static void Write(HttpResponse response, InferenceEngine engine, InferenceOptions options)
    {
        var reset = string.Create(CultureInfo.InvariantCulture, $"{options.RetryAfter.TotalSeconds:0.###}s");
        Set("limit-requests", Number(options.MaxWaitingRequests));
        Set("remaining-requests", Number(Math.Max(0, options.MaxWaitingRequests - engine.Waiting)));
        Set("reset-requests", reset);
        Set("limit-tokens", Number(options.MaxWaitingTokens));
        Set("remaining-tokens", Number(Math.Max(0, options.MaxWaitingTokens - engine.WaitingTokens)));
        Set("reset-tokens", reset);

        void Set(string name, string value) => response.Headers["x-ratelimit-" + name] = value;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
