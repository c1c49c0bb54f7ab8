using System.Text;

namespace LoraMesh.DatasetPrep.Rows;

// Scripts and the commonest small words, no model: enough to tell that a row is in another language, and silent where that
// is not certain, as in code, names, and texts of a few words.

/// <summary>Guesses the language of a text, by ISO 639-1 code, or says nothing.</summary>
internal static class LanguageGuess
{
    private const int FewestWords = 8;
    private const int FewestHits = 3;
    private const double LeastShare = 0.15;
    private const double LeastLead = 1.6;

    private static readonly (string Code, string Words)[] Latin =
    [
        ("en", "the and of to is in that it for was with are this have from you not be on at by what how can your which there will would"),
        ("de", "der die das und ist nicht ein eine zu den mit von für auf sie ich wir wird auch dem im des sich bei wie oder wenn nach bis"),
        ("fr", "le la les et est des une dans pour que qui pas vous nous avec sur par du ce cette sont mais il elle au aux être ou"),
        ("es", "el los las y es de que en una por para con no del se su al como más pero le lo está qué hay muy también son"),
        ("it", "il di che è e la per un una non con sono del della nel alla gli lo più anche come questo si da dei delle al"),
        ("pt", "o os as e é de que em um uma para com não do da no na por mais se como mas são dos das ao você está também"),
        ("nl", "de het een en van is dat niet op te zijn voor met die ook aan er maar om bij uit naar wordt kan deze hoe"),
        ("pl", "i w na nie się jest że do to z jak po co dla od przez czy są może tak ale ten które tego"),
        ("sv", "och att det är som en på för av med den inte till har de om ett men var sig så från kan vi"),
        ("tr", "ve bir bu için ile çok da de ne daha gibi olarak olan değil var kadar sonra nasıl en ama"),
        ("cs", "a je se na že v to s z do jsem by ale jak o jako pro si tak není jsou které nebo při"),
    ];

    private static readonly Dictionary<string, List<int>> Small = Index();

    /// <summary>The languages that are told apart.</summary>
    public static IReadOnlyList<string> Known { get; } =
        [.. Latin.Select(language => language.Code).Concat(["ru", "uk", "el", "he", "ar", "fa", "hi", "th", "ko", "ja", "zh"]).Order(StringComparer.Ordinal)];

    /// <summary>The language; null where it is not certain, or none of <see cref="Known"/>.</summary>
    public static string? Of(string text)
    {
        var counts = new int[Enum.GetValues<Script>().Length];
        var (letters, ukrainian, persian) = (0, 0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetter(rune))
            {
                letters++;
                counts[(int)ScriptOf(rune.Value)]++;
                ukrainian += rune.Value is 'і' or 'ї' or 'є' or 'ґ' ? 1 : 0;
                persian += rune.Value is 'پ' or 'چ' or 'ژ' or 'گ' or 'ی' or 'ک' ? 1 : 0;
            }
        }

        var script = (Script)Array.IndexOf(counts, counts.Max());
        var isChinese = script is Script.Han or Script.Kana;
        if (letters < (isChinese ? 6 : 20) || counts[(int)script] + (isChinese ? counts[(int)Script.Han] + counts[(int)Script.Kana] - counts[(int)script] : 0) < 0.6 * letters)
        {
            return null;
        }

        return script switch
        {
            Script.Latin => OfWords(text),
            Script.Cyrillic => ukrainian * 50 > letters ? "uk" : "ru",
            Script.Greek => "el",
            Script.Hebrew => "he",
            Script.Arabic => persian * 20 > letters ? "fa" : "ar",
            Script.Devanagari => "hi",
            Script.Thai => "th",
            Script.Hangul => "ko",
            Script.Han or Script.Kana => counts[(int)Script.Kana] * 10 > letters ? "ja" : "zh",
            _ => null,
        };
    }

    private static string? OfWords(string text)
    {
        var hits = new int[Latin.Length];
        var words = 0;
        var lookup = Small.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var at = 0; at < text.Length; at++)
        {
            var start = at;
            while (at < text.Length && char.IsLetter(text[at]))
            {
                at++;
            }

            words += at > start ? 1 : 0;
            // Single letters are names in code.
            if (at > start + 1 && lookup.TryGetValue(text.AsSpan(start, at - start), out var languages))
            {
                languages.ForEach(language => hits[language]++);
            }
        }

        var best = Array.IndexOf(hits, hits.Max());
        var second = hits.Where((_, language) => language != best).Max();
        return words >= FewestWords && hits[best] >= Math.Max(FewestHits, LeastShare * words) && hits[best] >= LeastLead * second ? Latin[best].Code : null;
    }

    private static Script ScriptOf(int rune) => rune switch
    {
        < 0x250 or (>= 0x1E00 and <= 0x1EFF) => Script.Latin,
        >= 0x370 and <= 0x3FF or (>= 0x1F00 and <= 0x1FFF) => Script.Greek,
        >= 0x400 and <= 0x52F => Script.Cyrillic,
        >= 0x590 and <= 0x5FF => Script.Hebrew,
        >= 0x600 and <= 0x77F => Script.Arabic,
        >= 0x900 and <= 0x97F => Script.Devanagari,
        >= 0xE00 and <= 0xE7F => Script.Thai,
        >= 0x3040 and <= 0x30FF => Script.Kana,
        (>= 0x3400 and <= 0x9FFF) or (>= 0x20000 and <= 0x3FFFF) => Script.Han,
        >= 0xAC00 and <= 0xD7AF => Script.Hangul,
        _ => Script.Other,
    };

    private static Dictionary<string, List<int>> Index()
    {
        var index = new Dictionary<string, List<int>>(StringComparer.OrdinalIgnoreCase);
        for (var language = 0; language < Latin.Length; language++)
        {
            foreach (var word in Latin[language].Words.Split(' '))
            {
                (index.TryGetValue(word, out var languages) ? languages : index[word] = []).Add(language);
            }
        }

        return index;
    }

    private enum Script
    {
        Other,
        Latin,
        Greek,
        Cyrillic,
        Hebrew,
        Arabic,
        Devanagari,
        Thai,
        Kana,
        Han,
        Hangul,
    }
}
