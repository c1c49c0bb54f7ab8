using LoraMesh.Model;

namespace LoraMesh.NumericsTests.Model;

/// <summary>What PEFT computes for whole texts, computed as the service does: a piece of the prompt first, then token by token, everyone together.</summary>
public sealed class ServingGoldenTests
{
    private const int PromptLength = 3;

    public static TheoryData<string> Names => LoraGoldenTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Logits_OfStepsTogether_EqualPeft(string name)
    {
        var golden = new Golden($"lora/{name}");
        using var model = CausalLm.LoadForServing(Path.Combine(golden.Folder, "..", "..", golden.Figures.GetProperty("base").GetString()!));
        using var adapter = LoraAdapter.Load(Path.Combine(golden.Folder, "nonzero"), model.Config);
        var (batch, _, real) = golden.Unpad();
        var (expected, vocabulary) = (golden.Floats("logits"), model.Config.VocabSize);
        var starts = batch.SegmentLengths.Select((_, row) => batch.SegmentLengths.Take(row).Sum()).ToArray();
        var sessions = starts.Select(_ => new DecoderSession(model, adapter)).ToList();
        // Someone under the base alone, between them.
        sessions.Insert(1, new DecoderSession(model, adapter: null));
        int Row(int session) => session > 1 ? session - 1 : session;
        int Length(int session) => batch.SegmentLengths[Row(session)];
        int Id(int session, int place) => (int)batch.Ids[starts[Row(session)] + place];

        for (var session = 0; session < sessions.Count; session++)
        {
            Check(session, PromptLength - 1, model.Prefill(sessions[session], [.. Enumerable.Range(0, PromptLength).Select(place => Id(session, place))]));
        }

        for (var place = PromptLength; ; place++)
        {
            var going = Enumerable.Range(0, sessions.Count).Where(session => place < Length(session)).ToList();
            if (going.Count == 0)
            {
                break;
            }

            var logits = new float[going.Count * vocabulary];
            model.Step([.. going.Select(session => sessions[session])], [.. going.Select(session => Id(session, place))], logits);
            for (var i = 0; i < going.Count; i++)
            {
                Check(going[i], place, logits.AsSpan(i * vocabulary, vocabulary));
            }
        }

        sessions.ForEach(session => session.Dispose());

        void Check(int session, int place, ReadOnlySpan<float> found)
        {
            if (session != 1)
            {
                var wanted = expected.AsSpan(real[starts[Row(session)] + place] * vocabulary, vocabulary);
                Assert.InRange(Golden.MaxDifference(found, wanted), 0, 2e-4); // float32, absolute
            }
        }
    }
}
