using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace LoraMesh.AllInOne.Doctor;

/// <summary>Whether running services say that they are ready, and what is wrong with them where not.</summary>
internal sealed class ServicesExamination(IReadOnlyList<Uri> addresses) : IExamination
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public string Name => "services";

    public string Advice => "Is the address right?";

    public async IAsyncEnumerable<Finding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Limit };
        foreach (var address in addresses)
        {
            yield return await LookAsync(http, address, cancellationToken);
        }
    }

    private static async Task<Finding> LookAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        var check = $"service {address.Authority}";
        try
        {
            using var answer = await http.GetAsync(new Uri(address, "health/ready"), cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => new Finding(check, Verdict.Ok, "Ready."),
                HttpStatusCode.ServiceUnavailable => new Finding(check, Verdict.Problem, Describe(text), "Mend what it waits for; it goes on by itself."),
                var status => new Finding(check, Verdict.Problem, $"It answers {(int)status} to /health/ready.", "Is this a LoraMesh service, and is no proxy in between?"),
            };
        }
        catch (Exception away) when (away is HttpRequestException || (away is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new Finding(check, Verdict.Problem, $"It does not answer: {away.Message}", "Is it running, and is the address right?");
        }
    }

    // {"status","checks":{name:{"status","description"}}}
    private static string Describe(string body)
    {
        try
        {
            using var health = JsonDocument.Parse(body);
            var wrong = health.RootElement.GetProperty("checks").EnumerateObject()
                .Where(check => check.Value.GetProperty("status").GetString() != "healthy")
                .Select(check => $"{check.Name}: {(check.Value.TryGetProperty("description", out var text) ? text.GetString() : "not healthy")}");
            return $"Not ready. {string.Join(" ", wrong)}";
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "Not ready.";
        }
    }
}
