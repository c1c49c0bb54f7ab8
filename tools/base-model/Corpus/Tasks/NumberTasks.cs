using System.Globalization;

namespace LoraMesh.BaseModel.Corpus.Tasks;

/// <summary>Small sums, comparisons, dates and amounts.</summary>
public sealed class NumberTasks(TaskKit kit)
{
    private static readonly string[] Words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    private Draw Draw => kit.Draw;

    /// <summary>Sums and differences up to 20, sometimes as a story.</summary>
    public Document Sum()
    {
        var (a, b) = (Draw.Between(1, 12), Draw.Between(1, 9));
        var (more, less) = (a + b, a);
        var thing = Inflection.Plural(kit.Raw("goods"));
        var name = kit.Raw("first_name");
        return Draw.Between(0, 4) switch
        {
            0 => kit.Plain(Draw.Of($"What is {a} + {b}?", $"{a} plus {b}?", $"Add {a} and {b}."), $"{more}"),
            1 => kit.Plain(Draw.Of($"What is {more} - {b}?", $"{more} minus {b}?"), $"{less}"),
            2 => kit.Plain($"{name} has {a} {thing} and gets {b} more. How many {thing} are there now?", $"{more}"),
            3 => kit.Plain($"{name} had {more} {thing} and sold {b}. How many are left?", $"{less}"),
            _ => kit.Plain(Draw.Of($"What is {b} times 10?", $"{b} x 10 = ?", $"Multiply {b} by ten."), $"{b * 10}"),
        };
    }

    /// <summary>Which of two or three numbers, prices or amounts is larger?</summary>
    public Document Compare()
    {
        var numbers = Enumerable.Range(0, 3).Select(_ => Draw.Between(1, Draw.Chance(0.5) ? 99 : 999)).Distinct().ToArray();
        if (numbers.Length < 3)
        {
            numbers = [3, 17, 240];
        }

        var items = kit.Distinct("goods", 3);
        var text = $"The {items[0]} costs {numbers[0]} euros, the {items[1]} {numbers[1]} euros and the {items[2]} {numbers[2]} euros.";
        return Draw.Between(0, 3) switch
        {
            0 => kit.Plain($"Which number is larger: {numbers[0]} or {numbers[1]}?", $"{Math.Max(numbers[0], numbers[1])}"),
            1 => kit.Plain($"Which number is smaller: {numbers[0]} or {numbers[1]}?", $"{Math.Min(numbers[0], numbers[1])}"),
            2 => kit.About("What is the most expensive thing?", text, items[Array.IndexOf(numbers, numbers.Max())]),
            _ => kit.About("Sort the numbers from small to large.", string.Join(", ", numbers), string.Join(", ", numbers.Order())),
        };
    }

    /// <summary>Number words, date formats, the next day or month.</summary>
    public Document Convert()
    {
        var number = Draw.Between(0, 12);
        var days = kit.Grammar.Alternatives("weekday");
        var months = kit.Grammar.Alternatives("month");
        var (day, month, year) = (Draw.Between(1, 28), Draw.Between(0, 11), Draw.Between(1950, 2030));
        var iso = $"{year}-{(month + 1).ToString("00", CultureInfo.InvariantCulture)}-{day.ToString("00", CultureInfo.InvariantCulture)}";
        var date = Draw.Of($"{day} {months[month]} {year}", $"{months[month]} {day}, {year}");
        var weekday = Draw.Between(0, 6);
        return Draw.Between(0, 6) switch
        {
            0 => kit.Plain($"Write {number} as a word.", Words[number]),
            1 => kit.Plain($"Write \"{Words[number]}\" as a number.", $"{number}"),
            2 => kit.About(Draw.Of("Write the date as YYYY-MM-DD.", "Convert this date to ISO format."), date, iso),
            3 => kit.About("Write the date in words.", iso, $"{day} {months[month]} {year}"),
            4 => kit.Plain($"Which day comes after {days[weekday]}?", days[(weekday + 1) % 7]),
            5 => kit.Plain($"Which month comes after {months[month]}?", months[(month + 1) % 12]),
            _ => kit.Plain($"Which day comes before {days[weekday]}?", days[(weekday + 6) % 7]),
        };
    }

    /// <summary>Amount, unit and item out of an order.</summary>
    public Document Amounts()
    {
        var (count, unit, item) = (kit.Raw("amount_count"), kit.Raw("unit"), kit.Raw("uncountable"));
        var text = kit.Fill(Draw.Of($"Please bring {count} {unit} of {item}.", $"We need {count} {unit} of {item} by {{weekday}}.", $"I ordered {count} {unit} of {item} from {{company}}.", $"{count} {unit} of {item}, please!", $"There are only {count} {unit} of {item} left in the {{room}}."));
        return Draw.Between(0, 3) switch
        {
            0 => kit.About("Write item, amount and unit as JSON.", text, JsonText.Line([("item", item), ("amount", count), ("unit", unit)], true)),
            1 => kit.About("How much is it? Answer with number and unit.", text, $"{count} {unit}"),
            2 => kit.About("What is wanted? One word.", text, item),
            _ => kit.About("JSON with amount, unit, item:", text, JsonText.Line([("amount", count), ("unit", unit), ("item", item)])),
        };
    }
}
