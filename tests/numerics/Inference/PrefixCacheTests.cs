using LoraMesh.Inference;
using LoraMesh.Inference.Adapters;
using LoraMesh.Inference.Engine;
using LoraMesh.Model;

namespace LoraMesh.NumericsTests.Inference;

public sealed class PrefixCacheTests
{
    private static readonly string LongPrompt = string.Concat(Enumerable.Range(0, 20).Select(i => $"line {i} of it; "))[..150];

    [Fact]
    public async Task Prompt_AskedAgain_IsTakenOverUnderItsOwnAdapterOnly()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var (a, b) = (fixture.LoadAdapter(41), fixture.LoadAdapter(42));

        var (first, firstCached) = await AskAsync(fixture, a);
        var (other, otherCached) = await AskAsync(fixture, b);
        var (plain, plainCached) = await AskAsync(fixture, null);
        var (again, againCached) = await AskAsync(fixture, a);

        Assert.Equal((0, 0, 0), (firstCached, otherCached, plainCached));
        Assert.Equal(128, againCached); // whole blocks of 32, the last token left to be computed
        Assert.Equal(first, again);
        Assert.Equal(fixture.Expected(LongPrompt, 20, 41), again);
        Assert.Equal(fixture.Expected(LongPrompt, 20, 42), other);
        Assert.Equal(fixture.Expected(LongPrompt, 20), plain);
    }

    [Fact]
    public async Task Adapter_ReloadedUnderItsName_TakesNothingOverFromTheOneBefore()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var before = fixture.LoadAdapter(43);
        await AskAsync(fixture, before);
        var after = new ServedAdapter(before.AdapterId, fixture.Engine, fixture.LoadAdapter(44).Weights);
        var twin = new ServedAdapter("another name", fixture.Engine, LoraAdapter.Load(fixture.AdapterFolder(43), fixture.Engine.Config));

        var (text, cached) = await AskAsync(fixture, after);
        var (_, shared) = await AskAsync(fixture, twin);

        Assert.Equal(0, cached);
        Assert.Equal(fixture.Expected(LongPrompt, 20, 44), text);
        Assert.Equal(128, shared); // the same numbers, whatever they are called
    }

    [Fact]
    public async Task Adapter_OfAnotherScale_TakesNothingOver()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await AskAsync(fixture, fixture.LoadAdapter(45));
        var config = Path.Combine(fixture.AdapterFolder(45), "adapter_config.json");
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config)).Replace("\"lora_alpha\": 8", "\"lora_alpha\": 4", StringComparison.Ordinal));
        var scaled = new ServedAdapter("adapter-45", fixture.Engine, LoraAdapter.Load(fixture.AdapterFolder(45), fixture.Engine.Config));
        Assert.Equal(4, scaled.Weights.Config.LoraAlpha);

        var (text, cached) = await AskAsync(fixture, scaled);

        Assert.Equal(0, cached);
        Assert.Equal(fixture.Expected(LongPrompt, 20, 45), text);
    }

    [Fact]
    public async Task Conversation_GoingOn_TakesTheAnswerOverToo()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var (answer, _) = await AskAsync(fixture, null, LongPrompt, 40);
        var next = LongPrompt + answer + " And then?";

        var (text, cached) = await AskAsync(fixture, null, next, 10);

        Assert.Equal(160, cached); // 150 of the prompt and 39 of the answer are 189 tokens, of which 5 blocks are whole
        Assert.Equal(fixture.Expected(next, 10), text);
    }

    [Fact]
    public async Task Cache_SwitchedOff_TakesNothingOver()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options.PrefixCacheBytes = 0);
        await AskAsync(fixture, null);

        Assert.Equal(0, (await AskAsync(fixture, null)).Cached);
    }

    [Fact]
    public void Cache_WhenItIsFull_LetsTheLongestUnusedGo()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        TinyModel.Write(folder);
        using var model = CausalLm.LoadForServing(folder);
        const int BlockBytes = 2 * 2 * 32 * 2 * 12 * sizeof(float); // keys and values, layers, tokens, heads, width
        using var cache = new PrefixCache(model, 4 * BlockBytes, promptPiece: 64);
        var prefix = new ServedPrefix(null, IsPlain: true);
        int[] Prompt(int start) => [.. Enumerable.Range(start, 65).Select(i => i % 250)];

        Keep(Prompt(0));
        Keep(Prompt(1));
        Assert.Equal(64, Take(Prompt(0)));
        Keep(Prompt(2));

        Assert.Equal(4 * BlockBytes, cache.Bytes);
        Assert.Equal((64, 0, 64), (Take(Prompt(0)), Take(Prompt(1)), Take(Prompt(2))));
        Directory.Delete(folder, recursive: true);

        void Keep(int[] prompt)
        {
            using var session = new DecoderSession(model, adapter: null);
            model.Prefill(session, prompt);
            cache.Keep(session, prompt.Length, prefix);
        }

        int Take(int[] prompt)
        {
            using var session = new DecoderSession(model, adapter: null);
            return cache.Take(session, prompt, prefix);
        }
    }

    // Prompts that begin alike in many ways, adapters, a cache that is too small for them: with and without it, the same tokens and the
    // very bits of their scores.
    [Theory]
    [InlineData(ServingPrecision.Exact, 1000)]
    [InlineData(ServingPrecision.Bf16, 100)]
    public async Task Schedules_AtRandom_SayTheSameAsWithoutACache(ServingPrecision precision, int seeds)
    {
        await using var cached = await EngineFixture.StartAsync(options => (options.Precision, options.PrefillChunk, options.PrefixCacheBytes) = (precision, 48, 300_000));
        await using var plain = await EngineFixture.StartAsync(options => (options.Precision, options.PrefillChunk, options.PrefixCacheBytes) = (precision, 48, 0));
        var adapters = new[] { 51, 52 }.Select(seed => (cached.LoadAdapter(seed), plain.LoadAdapter(seed))).ToList();
        var taken = 0;
        for (var seed = 0; seed < seeds; seed++)
        {
            var random = new Random(seed);
            var asked = Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
            {
                // One of three texts up to somewhere, then one's own words.
                var text = new string((char)('a' + random.Next(3)), 1) + LongPrompt[..random.Next(140)] + (random.Next(2) == 0 ? "" : $"{random.Next(100)}");
                return (Prompt: text, Count: random.Next(1, 5), Adapter: random.Next(3));
            }).ToList();
            var pairs = asked.ConvertAll(ask => (
                cached.Submit(Request(ask, ask.Adapter == 0 ? null : adapters[ask.Adapter - 1].Item1)),
                plain.Submit(Request(ask, ask.Adapter == 0 ? null : adapters[ask.Adapter - 1].Item2))));
            foreach (var (found, expected) in pairs)
            {
                Assert.Equal(await ScoresAsync(expected), await ScoresAsync(found));
                taken += found.CachedTokens;
                Assert.Equal(0, expected.CachedTokens);
            }
        }

        Assert.True(taken > seeds * 10, $"{taken} tokens were taken over");

        static GenerationRequest Request((string Prompt, int Count, int) ask, ServedAdapter? adapter) => new()
        {
            Model = "test",
            Prompts = [[.. ask.Prompt.Select(letter => (int)letter)]],
            Adapter = adapter?.TryLease(),
            Sampling = new SamplingOptions { Temperature = 0 },
            Seed = 1,
            MaxTokens = ask.Count,
            TopLogProbabilities = 1,
        };
    }

    private static async Task<List<(int Id, float Score)>> ScoresAsync(GenerationRequest request)
    {
        var scores = new List<(int, float)>();
        await foreach (var piece in request.Events.ReadAllAsync())
        {
            scores.AddRange(piece.Scores.Select(place => (place.Chosen.Id, place.Chosen.LogProbability)));
        }

        return scores;
    }

    private static async Task<(string Text, int Cached)> AskAsync(EngineFixture fixture, ServedAdapter? adapter, string? prompt = null, int count = 20)
    {
        var request = fixture.Submit(EngineFixture.Request(prompt ?? LongPrompt, count, adapter?.TryLease()));
        return (await EngineFixture.TextAsync(request), request.CachedTokens);
    }
}
