using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class LanguageGuessTests
{
    [Theory]
    [InlineData("en", "How long does it take to deliver the parcel to my address, and can I follow it?")]
    [InlineData("de", "Wie lange dauert die Lieferung nach Hamburg, wenn ich heute bestelle und mit Karte bezahle?")]
    [InlineData("fr", "Combien de temps faut-il pour que le colis soit livré dans la ville, et est-ce que vous êtes ouverts?")]
    [InlineData("es", "El pedido no ha llegado y quiero saber qué hay que hacer para que me lo envíen con más rapidez.")]
    [InlineData("it", "Il pacco non è arrivato e vorrei sapere come si può fare per avere una risposta dal servizio che è più vicino.")]
    [InlineData("pt", "O pedido não chegou e eu gostaria de saber como é que você pode me ajudar com a entrega do produto.")]
    [InlineData("nl", "Het pakket is niet aangekomen en ik wil weten hoe dat kan, want de winkel is ook niet bereikbaar voor mij.")]
    [InlineData("ru", "Сколько времени занимает доставка посылки в другой город?")]
    [InlineData("uk", "Скільки часу займає доставка і коли її привезуть?")]
    [InlineData("ja", "配達にはどのくらい時間がかかりますか。")]
    [InlineData("zh", "送货到我的城市需要多长时间?")]
    [InlineData("ko", "배송은 얼마나 걸리며 언제 도착하는지 알고 싶습니다.")]
    [InlineData("ar", "كم من الوقت يستغرق توصيل الطرد إلى المدينة؟")]
    [InlineData(null, "OK.")]
    [InlineData(null, "for (int i = 0; i < n; i++) { total += values[i]; } return total;")]
    [InlineData(null, "Anna Schmidt, Peter Müller, Jean Dupont, María García, Giovanni Rossi, Jan de Vries")]
    [InlineData(null, "{\"team\": \"software\", \"priority\": \"high\", \"product\": \"Kestrel\"}")]
    public void Language_OfAText_IsTheRightOneOrNone(string? language, string text) => Assert.Equal(language, LanguageGuess.Of(text));

    [Fact]
    public void Language_OfTheSamples_IsNeverAnotherThanEnglish()
    {
        var tickets = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Samples", "tickets.jsonl"));

        Assert.DoesNotContain(tickets.Select(LanguageGuess.Of), language => language is not (null or "en"));
    }

    [Fact]
    public void Row_InAnotherLanguage_IsToldAndStays()
    {
        const string German = """{"prompt":"Wie lange dauert die Lieferung nach Hamburg?","completion":"Die Lieferung dauert zwei Tage, und wir schicken eine Nachricht."}""";
        const string English = """{"prompt":"How long does it take to deliver the parcel?","completion":"It takes two days, and you will get a message."}""";

        var scan = RowScan.Of("a.jsonl", $"{English}\n{German}\n", new PrepConfig { Languages = ["en"] });

        Assert.Equal([("wrong_language", 2, "de")], scan.Problems.Select(problem => (problem.Kind, problem.Line, problem.Found)));
        Assert.Equal([1, 2], scan.GoodLines);
        Assert.Empty(RowScan.Of("a.jsonl", $"{English}\n{German}\n").Problems);
    }

    [Fact]
    public void Languages_ThatAreNotKnown_AreRefused()
    {
        using var sample = new Sample { Config = new ProjectConfig { Prep = new PrepConfig { Languages = ["english"] } } };

        Assert.Contains("prep.languages is english; allowed is any of ar, cs, de,", Assert.Throws<ArgumentException>(() => sample.Build(Sample.Rows(5))).Message, StringComparison.Ordinal);
    }
}
