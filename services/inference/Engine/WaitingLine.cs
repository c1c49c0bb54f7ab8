using System.Diagnostics.CodeAnalysis;

namespace LoraMesh.Inference.Engine;

// Who waits for a place. Tenants take turns by the tokens that they have had so far, each by its weight (Sheng et al.,
// "Fairness in Serving Large Language Models", OSDI 2024): whoever has had least comes next, and whoever was away has
// saved nothing up. Within a tenant it is first come, first served. When the line is full, the newest request of the
// tenant with most of them in it makes room for one of a tenant with fewer. Thread-safe.
internal sealed class WaitingLine(int maxRequests, long maxTokens, IReadOnlyDictionary<string, double> weights)
{
    // Before a tenant's answers have shown how long they are.
    private const double FirstGuess = 64;
    private const int MaxIdleTenants = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Tenant> _tenants = new(StringComparer.Ordinal);
    private GenerationRequest? _begun;
    private int _count;
    private long _tokens;

    /// <summary>Requests that wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Tokens of the prompts that wait.</summary>
    public long Tokens => Volatile.Read(ref _tokens);

    /// <summary>Takes a request unless the line is full.</summary>
    public bool TryJoin(GenerationRequest request)
    {
        // Requests are ended outside of the lock: that frees adapters, which takes locks of others.
        var pushedOut = new List<GenerationRequest>();
        try
        {
            return TryJoin(request, pushedOut);
        }
        finally
        {
            pushedOut.ForEach(victim => victim.End(new QueueFullException(maxRequests)));
        }
    }

    private bool TryJoin(GenerationRequest request, List<GenerationRequest> pushedOut)
    {
        lock (_gate)
        {
            var tenant = Find(request.Tenant);
            while (_count > 0 && (_count >= maxRequests || _tokens + request.PromptTokens > maxTokens))
            {
                if (!TryPushOut(tenant, pushedOut))
                {
                    return false;
                }
            }

            if (tenant.Waiting.Count == 0 && tenant.Running == 0)
            {
                tenant.Served = Math.Max(tenant.Served, _tenants.Values.Where(other => other != tenant && (other.Waiting.Count > 0 || other.Running > 0)).Select(other => other.Served).DefaultIfEmpty(0).Min());
            }

            tenant.Waiting.AddLast(request);
            _count++;
            _tokens += request.PromptTokens;
            return true;
        }
    }

    /// <summary>Lets those go who have left without being served: they must not take anyone's place.</summary>
    public void Refresh()
    {
        List<GenerationRequest> waiting;
        lock (_gate)
        {
            waiting = _count == 0 ? [] : [.. _tenants.Values.SelectMany(tenant => tenant.Waiting)];
        }

        foreach (var request in waiting)
        {
            request.EndIfAbandoned();
            if (request.Ended)
            {
                Remove(request);
            }
        }
    }

    /// <summary>The request whose turn it is. It stays in line, and its turn, until <see cref="Remove(GenerationRequest)"/>.</summary>
    public bool TryGetNext([NotNullWhen(true)] out GenerationRequest? request)
    {
        lock (_gate)
        {
            request = _count == 0 ? null : _begun ??= _tenants.Values.Where(tenant => tenant.Waiting.Count > 0).MinBy(tenant => tenant.Served)?.Waiting.First!.Value;
            return request is not null;
        }
    }

    /// <summary>All answers of a request have got their places, or it is given up.</summary>
    public void Remove(GenerationRequest request)
    {
        lock (_gate)
        {
            var tenant = Find(request.Tenant);
            if (tenant.Waiting.Find(request) is { } node)
            {
                Remove(tenant, node);
            }
        }
    }

    /// <summary>An answer has got its place: its tenant is charged for the prompt, and for an answer as long as its answers are.</summary>
    /// <returns>Tokens that were charged for the answer, to be settled when it ends.</returns>
    public double Charge(GenerationRequest request, int promptTokens)
    {
        lock (_gate)
        {
            var tenant = Find(request.Tenant);
            var expected = Math.Min(request.MaxTokens, tenant.MeanAnswer);
            tenant.Served += (promptTokens + expected) / tenant.Weight;
            tenant.Running++;
            return expected;
        }
    }

    /// <summary>An answer has ended: what was charged for it is made right.</summary>
    public void Settle(GenerationRequest request, double charged, int generated)
    {
        lock (_gate)
        {
            var tenant = Find(request.Tenant);
            tenant.Served += (generated - charged) / tenant.Weight;
            tenant.MeanAnswer += (generated - tenant.MeanAnswer) / 8;
            tenant.Running--;
        }
    }

    private bool TryPushOut(Tenant newcomer, List<GenerationRequest> pushedOut)
    {
        var longest = _tenants.Values.MaxBy(tenant => tenant.Waiting.Count / tenant.Weight)!;
        if (longest == newcomer || longest.Waiting.Count / longest.Weight <= (newcomer.Waiting.Count + 1) / newcomer.Weight || longest.Waiting.Last is not { } last || last.Value == _begun)
        {
            return false;
        }

        Remove(longest, last);
        pushedOut.Add(last.Value);
        return true;
    }

    private void Remove(Tenant tenant, LinkedListNode<GenerationRequest> node)
    {
        tenant.Waiting.Remove(node);
        _count--;
        _tokens -= node.Value.PromptTokens;
        _begun = _begun == node.Value ? null : _begun;
    }

    private Tenant Find(string name)
    {
        if (_tenants.TryGetValue(name, out var tenant))
        {
            return tenant;
        }

        if (_tenants.Count >= MaxIdleTenants)
        {
            foreach (var idle in _tenants.Where(one => one.Value.Waiting.Count == 0 && one.Value.Running == 0).Select(one => one.Key).ToList())
            {
                _tenants.Remove(idle);
            }
        }

        return _tenants[name] = new Tenant(weights.GetValueOrDefault(name, 1));
    }

    private sealed class Tenant(double weight)
    {
        public double Weight { get; } = weight;

        public LinkedList<GenerationRequest> Waiting { get; } = [];

        // Tokens that it has had, by its weight.
        public double Served { get; set; }

        public double MeanAnswer { get; set; } = FirstGuess;

        public int Running { get; set; }
    }
}
