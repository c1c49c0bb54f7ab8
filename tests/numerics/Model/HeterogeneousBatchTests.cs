using LoraMesh.Model;

namespace LoraMesh.NumericsTests.Model;

public sealed class HeterogeneousBatchTests
{
    [Fact]
    public void Step_MixedAdaptersAndLengths_EqualsEachAlone()
    {
        var golden = new Golden("lora/plain-llama");
        using var model = CausalLm.Load(Path.Combine(golden.Folder, "..", "..", "models", "llama-untied"));
        using var one = LoraAdapter.Load(Path.Combine(golden.Folder, "nonzero"), model.Config);
        using var two = LoraAdapter.Load(Path.Combine(golden.Folder, "train", "final"), model.Config);
        LoraAdapter?[] adapters = [one, null, two, one, null, two];
        var prompts = adapters.Select((_, row) => Enumerable.Range(0, 3 + row * 2).Select(i => (i * 37 + row * 11) % model.Config.VocabSize).ToArray()).ToArray();
        var vocabulary = model.Config.VocabSize;

        var together = Continue([0, 1, 2, 3, 4, 5]);
        for (var row = 0; row < adapters.Length; row++)
        {
            var alone = Continue([row]);
            // float32; products of other shapes sum in another order.
            Assert.InRange(Golden.MaxDifference(together.AsSpan(row * vocabulary, vocabulary), alone), 0, 2e-4);
        }

        float[] Continue(int[] rows)
        {
            var sessions = rows.Select(row => new DecoderSession(model, adapters[row])).ToArray();
            foreach (var (session, row) in sessions.Zip(rows))
            {
                model.Prefill(session, prompts[row]);
            }

            var logits = new float[rows.Length * vocabulary];
            for (var step = 0; step < 4; step++)
            {
                model.Step(sessions, [.. rows.Select(row => (step * 53 + row) % vocabulary)], logits);
            }

            Array.ForEach(sessions, session => session.Dispose());
            return logits;
        }
    }

    // By kernels, and by tensor operations where an adapter is more than pairs of matrices.
    [Theory]
    [InlineData("plain-llama")]
    [InlineData("dora-llama")]
    public void Prefill_WithAReader_ShowsTheLogitsOfWholeSequences_AlsoAfterACut(string kind)
    {
        var golden = new Golden($"lora/{kind}");
        using var model = CausalLm.Load(Path.Combine(golden.Folder, "..", "..", "models", "llama-untied"));
        using var adapter = LoraAdapter.Load(Path.Combine(golden.Folder, "nonzero"), model.Config);
        LoraAdapter?[] adapters = [adapter, null, adapter];
        var ids = adapters.Select((_, row) => Enumerable.Range(0, 14 + (row * 3)).Select(i => ((i * 37) + (row * 11)) % model.Config.VocabSize).ToArray()).ToArray();
        var expected = adapters.Select((own, row) =>
        {
            using var logits = model.Logits(new TokenBatch(Array.ConvertAll(ids[row], id => (long)id), [ids[row].Length]), own);
            return logits.data<float>().ToArray().Chunk(model.Config.VocabSize).ToArray();
        }).ToArray();
        var sessions = Array.ConvertAll(adapters, own => new DecoderSession(model, own));
        var shown = new List<(int Sequence, int Token)>();

        model.Prefill(sessions, Array.ConvertAll(ids, each => each[..6]), [[0, 5], [], [2, 3]], (sequence, token, logits) => Show(sequence, token, logits));
        model.Prefill(sessions, Array.ConvertAll(ids, each => each[6..]), [[0], [1, 7], [10]], (sequence, token, logits) => Show(sequence, token + 6, logits));
        Array.ForEach(sessions, session => session.CutTo(9));
        model.Prefill(sessions, Array.ConvertAll(ids, each => each[9..]), Array.ConvertAll(ids, each => new[] { each.Length - 10 }), (sequence, token, logits) => Show(sequence, token + 9, logits));

        Assert.Equal([(0, 0), (0, 5), (0, 6), (0, 13), (1, 7), (1, 13), (1, 16), (2, 2), (2, 3), (2, 16), (2, 19)], shown.Order());
        Assert.Throws<ArgumentException>(() => model.Prefill(sessions, Array.ConvertAll(ids, each => each[..1]), [[1], [], []], (_, _, _) => { }));
        Array.ForEach(sessions, session => session.Dispose());

        void Show(int sequence, int token, ReadOnlySpan<float> logits)
        {
            shown.Add((sequence, token));
            Assert.InRange(Golden.MaxDifference(logits.ToArray(), expected[sequence][token]), 0, 2e-4); // float32, sums in another order
        }
    }

    [Fact]
    public void Prefill_InChunks_EqualsWhole()
    {
        using var model = CausalLm.Load(Path.Combine(AppContext.BaseDirectory, "golden", "models", "llama-tied"));
        var ids = Enumerable.Range(0, 150).Select(i => (i * 29 + 7) % model.Config.VocabSize).ToArray(); // longer than a cache's first capacity
        using var whole = new DecoderSession(model, adapter: null);
        using var chunked = new DecoderSession(model, adapter: null);

        var expected = model.Prefill(whole, ids);
        model.Prefill(chunked, ids.AsSpan(0, 100));
        model.Prefill(chunked, ids.AsSpan(100, 1));
        var found = model.Prefill(chunked, ids.AsSpan(101));

        Assert.Equal(150, chunked.Length);
        Assert.InRange(Golden.MaxDifference(found, expected), 0, 2e-4);
    }

    [Fact]
    public void Tokens_CutAnyhowInAnyCrowd_HaveTheSameBits()
    {
        var golden = new Golden("lora/plain-llama");
        using var model = CausalLm.LoadForServing(Path.Combine(golden.Folder, "..", "..", "models", "llama-untied"));
        using var adapter = LoraAdapter.Load(Path.Combine(golden.Folder, "nonzero"), model.Config);
        var ids = Enumerable.Range(0, 90).Select(i => (i * 29 + 7) % model.Config.VocabSize).ToArray();
        using var whole = new DecoderSession(model, adapter);
        var expected = model.Prefill(whole, ids);
        Assert.True(model.RowsAreIndependent);
        var random = new Random(5);
        for (var round = 0; round < 8; round++)
        {
            using var session = new DecoderSession(model, adapter);
            using var mate = new DecoderSession(model, adapter: null);
            var logits = new float[2 * model.Config.VocabSize];
            for (int read = 0, count; read < ids.Length; read += count)
            {
                count = Math.Min(random.Next(1, 40), ids.Length - read);
                if (count == 1)
                {
                    model.Step([mate, session], [read, ids[read]], logits);
                }
                else
                {
                    model.Prefill([mate, session], [[1, 2], ids[read..(read + count)]], logits);
                }
            }

            Assert.Equal(expected, logits[model.Config.VocabSize..]);
        }
    }

    [Fact]
    public void Prefill_PastTheContext_IsRefused()
    {
        using var model = CausalLm.Load(Path.Combine(AppContext.BaseDirectory, "golden", "models", "llama-tied"));
        using var session = new DecoderSession(model, adapter: null);

        var problem = Assert.Throws<InvalidOperationException>(() => model.Prefill(session, new int[model.Config.MaxPositionEmbeddings + 1]));

        Assert.Contains("257", problem.Message, StringComparison.Ordinal);
    }
}
