using System.Globalization;
using System.Numerics;
using System.Text;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Formatting;

// Python's str() and repr().
internal static class ValueText
{
    public static string Str(Runtime runtime, object value)
    {
        switch (value)
        {
            case string text:
                return text;
            case MarkupValue markup:
                return markup.Text;
            case UndefinedValue:
                return "";
            default:
                var target = new StringBuilder();
                Write(runtime, value, target);
                return target.ToString();
        }
    }

    public static string Repr(Runtime runtime, object value)
    {
        var target = new StringBuilder();
        Write(runtime, value, target);
        return target.ToString();
    }

    private static void Write(Runtime runtime, object value, StringBuilder target)
    {
        runtime.Budget.Spend();
        Budget.CheckStack();
        Budget.CheckLength(target.Length);
        switch (value)
        {
            case NoneValue:
                target.Append("None");
                break;
            case bool flag:
                target.Append(flag ? "True" : "False");
                break;
            case long number:
                target.Append(number);
                break;
            case BigInteger number:
                target.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                target.Append(FloatText.Repr(number));
                break;
            case string text:
                Quote(text, target);
                break;
            case MarkupValue markup:
                target.Append("Markup(");
                Quote(markup.Text, target);
                target.Append(')');
                break;
            case UndefinedValue:
                target.Append("Undefined");
                break;
            case ListValue list:
                WriteItems(runtime, "[", list.Items, "]", target);
                break;
            case TupleValue tuple:
                WriteItems(runtime, "(", tuple.Items, tuple.Items.Count == 1 ? ",)" : ")", target);
                break;
            case DictValue dict:
                WriteDict(runtime, dict, target);
                break;
            case DictViewValue view:
                WriteItems(runtime, $"{view.Kind}([", view.Items, "])", target);
                break;
            case RangeValue range:
                target.Append(CultureInfo.InvariantCulture, $"range({range.Start}, {range.Start + (range.Count * range.Step)}");
                target.Append(range.Step == 1 ? ")" : string.Create(CultureInfo.InvariantCulture, $", {range.Step})"));
                break;
            case NamespaceValue space:
                var attributes = DictValue.NewItems();
                foreach (var (name, attribute) in space.Attributes)
                {
                    attributes[name] = attribute;
                }

                target.Append("<Namespace ");
                WriteDict(runtime, new DictValue(attributes), target);
                target.Append('>');
                break;
            case CallableValue callable:
                target.Append(CultureInfo.InvariantCulture, $"<function {callable.Name}>");
                break;
            default:
                target.Append(CultureInfo.InvariantCulture, $"<{Python.TypeName(value)} object>");
                break;
        }
    }

    private static void WriteItems(Runtime runtime, string open, IEnumerable<object> items, string close, StringBuilder target)
    {
        target.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            target.Append(isFirst ? "" : ", ");
            isFirst = false;
            Write(runtime, item, target);
        }

        target.Append(close);
    }

    private static void WriteDict(Runtime runtime, DictValue dict, StringBuilder target)
    {
        target.Append('{');
        var isFirst = true;
        foreach (var (key, value) in dict.Items)
        {
            target.Append(isFirst ? "" : ", ");
            isFirst = false;
            Write(runtime, key, target);
            target.Append(": ");
            Write(runtime, value, target);
        }

        target.Append('}');
    }

    private static void Quote(string text, StringBuilder target)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        target.Append(quote);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            var code = isPair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i];
            target.Append(code switch
            {
                '\\' => @"\\",
                '\n' => @"\n",
                '\r' => @"\r",
                '\t' => @"\t",
                _ when code == quote => $"\\{quote}",
                _ when IsPrintable(code) => isPair ? text.Substring(i, 2) : text[i].ToString(),
                <= 0xFF => $"\\x{code:x2}",
                <= 0xFFFF => $"\\u{code:x4}",
                _ => $"\\U{code:x8}",
            });
            i += isPair ? 1 : 0;
        }

        target.Append(quote);
    }

    public static bool IsPrintable(int code) => code == ' ' || CharUnicodeInfo.GetUnicodeCategory(code) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
