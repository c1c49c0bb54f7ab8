using System.Security.Cryptography;
using System.Text;
using LoraMesh.Model;
using LoraMesh.Text;
using Microsoft.Extensions.Caching.Memory;

namespace LoraMesh.Inference.Models;

// The constraints of one base model that were asked for lately, with what their automata have worked out. Thread-safe.
internal sealed class ConstraintCache(Tokenizer tokenizer, ModelConfig config) : IDisposable
{
    private const int MaxConstraints = 32;

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = MaxConstraints });
    private readonly Lazy<TokenVocabulary> _vocabulary = new(() => new TokenVocabulary(tokenizer, config.VocabSize));

    /// <exception cref="ConstraintException">It is malformed, not supported or too large, or no answer of this model fulfils it.</exception>
    public TokenConstraint Get(AnswerConstraint asked)
    {
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(asked.Key)));
        if (_kept.TryGetValue(key, out TokenConstraint? known) && known is not null)
        {
            return known;
        }

        try
        {
            var made = new TokenConstraint(TextConstraint.Build(asked.Part), _vocabulary.Value, config.EosTokenIds);
            // What cannot even begin is refused before the answer does.
            made.Begin().Allowed();
            return _kept.Set(key, made, new MemoryCacheEntryOptions { Size = 1 });
        }
        catch (ConstraintException e) when (!e.Place.StartsWith(asked.Param, StringComparison.Ordinal))
        {
            throw new ConstraintException(asked.Param, e.Reason);
        }
    }

    public void Dispose() => _kept.Dispose();
}
