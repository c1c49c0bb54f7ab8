using LoraMesh.Model;
using LoraMesh.Text;

namespace LoraMesh.NumericsTests.Inference;

/// <summary>What a model says when it is asked alone, token by token, without an engine.</summary>
internal static class GreedyReference
{
    public static int[] Ids(string modelFolder, string? adapterFolder, IReadOnlyList<int> prompt, int count)
    {
        using var model = CausalLm.Load(modelFolder);
        using var adapter = adapterFolder is null ? null : LoraAdapter.Load(adapterFolder, model.Config);
        using var session = new DecoderSession(model, adapter);
        var answer = new List<int>();
        var logits = model.Prefill(session, [.. prompt]);
        while (true)
        {
            answer.Add(Array.IndexOf(logits, logits.Max()));
            if (answer.Count == count)
            {
                return [.. answer];
            }

            logits = model.Prefill(session, [answer[^1]]);
        }
    }

    public static string Text(string modelFolder, string? adapterFolder, string prompt, int count)
    {
        var tokenizer = Tokenizer.Load(modelFolder);
        return tokenizer.Decode(Ids(modelFolder, adapterFolder, tokenizer.Encode(prompt, addSpecialTokens: false), count));
    }

    public static string Chat(string modelFolder, string? adapterFolder, string question, int count) =>
        Text(modelFolder, adapterFolder, $"<s>user\n{question}</s><s>assistant\n", count);
}
