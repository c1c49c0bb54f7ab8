namespace LoraMesh.BaseModel.Corpus;

/// <summary>English word forms by rule, with the irregular ones listed.</summary>
public static class Inflection
{
    private static readonly Dictionary<string, string> Plurals = Table(
        "man men,woman women,child children,foot feet,tooth teeth,goose geese,mouse mice,ox oxen,sheep sheep,deer deer,fish fish," +
        "trout trout,salmon salmon,cod cod,knife knives,wife wives,life lives,leaf leaves,loaf loaves,shelf shelves,wolf wolves," +
        "calf calves,half halves,thief thieves,scarf scarves,person people,bookshelf bookshelves,scissors scissors,pliers pliers," +
        "jeans jeans,pyjamas pyjamas,headphones headphones,potato potatoes,tomato tomatoes,mango mangoes,policeman policemen," +
        "fisherman fishermen,salesman salesmen,postman postmen,grandchild grandchildren,volcano volcanoes,hero heroes,elk elk,series series");

    private static readonly Dictionary<string, string> Pasts = Table(
        "run ran,drive drove,ride rode,swim swam,fly flew,build built,buy bought,find found,choose chose,steal stole,win won,bring brought," +
        "keep kept,lose lost,sell sold,break broke,forget forgot,hide hid,throw threw,send sent,lend lent,give gave,say said,feel felt," +
        "write wrote,teach taught,sing sang,sleep slept,think thought,read read,draw drew,sew sewed,knit knitted,eat ate,drink drank,go went," +
        "come came,see saw,take took,make made,get got,know knew,leave left,meet met,tell told,speak spoke,wake woke,begin began,fall fell," +
        "grow grew,hear heard,hold held,cut cut,put put,pay paid,sit sat,stand stood,understand understood,wear wore,spend spent,drop dropped," +
        "stop stopped,plan planned,carry carried,cry cried,study studied,hurry hurried,try tried,be was,have had,do did,let let,shut shut," +
        "catch caught,fight fought,feed fed,lead led,light lit,ring rang,rise rose,shine shone,shake shook,show showed,sink sank,swear swore," +
        "tear tore,bite bit,blow blew,freeze froze,forgive forgave,hit hit,hurt hurt,cost cost,set set,spread spread,burn burned,dig dug,bake baked");

    /// <summary>Applies a named form: s (plural), es (third person), ed, ing, cap, title, upper, a (with article).</summary>
    public static string Apply(string word, string form) => form switch
    {
        "s" => Plural(word),
        "es" => FirstWord(word, Plural),
        "ed" => FirstWord(word, Past),
        "ing" => FirstWord(word, Participle),
        "cap" => Capitalised(word),
        "title" => string.Join(' ', word.Split(' ').Select(Capitalised)),
        "upper" => word.ToUpperInvariant(),
        "lower" => word.ToLowerInvariant(),
        "a" => Polish.WithArticle(word),
        _ => throw new InvalidDataException($"Grammar: unknown form '.{form}' of '{word}'. Known: s, es, ed, ing, cap, title, upper, lower, a."),
    };

    /// <summary>First letter in upper case.</summary>
    public static string Capitalised(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];

    /// <summary>Plural of a noun, of its last word when there are several.</summary>
    public static string Plural(string noun)
    {
        var cut = noun.LastIndexOf(' ') + 1;
        var (head, word) = (noun[..cut], noun[cut..]);
        if (Plurals.TryGetValue(word, out var irregular))
        {
            return head + irregular;
        }

        return head + word switch
        {
            _ when word.EndsWith('y') && word.Length > 1 && !IsVowel(word[^2]) => word[..^1] + "ies",
            _ when EndsHissing(word) => word + "es",
            _ => word + "s",
        };
    }

    /// <summary>Simple past of a verb.</summary>
    public static string Past(string verb)
    {
        if (Pasts.TryGetValue(verb, out var irregular))
        {
            return irregular;
        }

        return verb switch
        {
            _ when verb.EndsWith('e') => verb + "d",
            _ when verb.EndsWith('y') && !IsVowel(verb[^2]) => verb[..^1] + "ied",
            _ => verb + "ed",
        };
    }

    /// <summary>The -ing form of a verb.</summary>
    public static string Participle(string verb) => verb switch
    {
        "run" or "swim" or "win" or "sit" or "cut" or "put" or "get" or "stop" or "drop" or "plan" or "knit" or "forget" or "dig" or "shut" or "begin" or "set" or "hit"
            => verb + verb[^1] + "ing",
        "lie" => "lying",
        "be" => "being",
        _ when verb.EndsWith('e') && !verb.EndsWith("ee", StringComparison.Ordinal) => verb[..^1] + "ing",
        _ => verb + "ing",
    };

    private static string FirstWord(string phrase, Func<string, string> inflect)
    {
        var cut = phrase.IndexOf(' ', StringComparison.Ordinal);
        return cut < 0 ? inflect(phrase) : inflect(phrase[..cut]) + phrase[cut..];
    }

    private static bool IsVowel(char letter) => "aeiou".Contains(letter, StringComparison.Ordinal);

    private static bool EndsHissing(string word) => word.EndsWith('s') || word.EndsWith('x') || word.EndsWith('z')
        || word.EndsWith("ch", StringComparison.Ordinal) || word.EndsWith("sh", StringComparison.Ordinal);

    private static Dictionary<string, string> Table(string pairs) => pairs.Split(',')
        .Select(pair => pair.Split(' '))
        .ToDictionary(pair => pair[0], pair => pair[1]);
}
