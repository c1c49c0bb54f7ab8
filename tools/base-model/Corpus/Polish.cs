using System.Text.RegularExpressions;

namespace LoraMesh.BaseModel.Corpus;

/// <summary>Puts right what templates leave rough: articles and capitals at the start of sentences.</summary>
public static partial class Polish
{
    /// <summary>Corrects "a"/"an" and capitalises every sentence.</summary>
    public static string Prose(string text)
    {
        var withArticles = Article().Replace(text, match => match.Groups[1].Value + (TakesAn(match.Groups[2].Value) ? "n " : " "));
        return SentenceStart().Replace(withArticles, match => match.Groups[1].Value + char.ToUpperInvariant(match.Groups[2].Value[0]));
    }

    /// <summary>The noun with "a" or "an"; plural-only nouns get none.</summary>
    public static string WithArticle(string noun) =>
        noun.EndsWith("jeans", StringComparison.Ordinal) || noun is "scissors" or "pliers" or "headphones" or "pyjamas" ? noun
        : (TakesAn(noun) ? "an " : "a ") + noun;

    private static bool TakesAn(string word) => !ConsonantSound().IsMatch(word) && StartsLikeVowel().IsMatch(word);

    [GeneratedRegex(@"\b([Aa])n? (?=(\w+))")]
    private static partial Regex Article();

    [GeneratedRegex(@"(^[""“]?|[.!?] |[.!?]\n+|\n\n)([a-zé])")]
    private static partial Regex SentenceStart();

    [GeneratedRegex(@"^(uni|use|usu|eu|one\b|once|uti|ura)", RegexOptions.IgnoreCase)]
    private static partial Regex ConsonantSound();

    [GeneratedRegex(@"^([aeiou]|hour|honest|heir|honou?r|8|11\b|18\b)", RegexOptions.IgnoreCase)]
    private static partial Regex StartsLikeVowel();
}
