using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Writes values of a Parquet file as JSON.</summary>
internal static class ParquetJson
{
    /// <summary>Writes a row as an object; its columns in the file's order.</summary>
    public static void WriteRow(IBufferWriter<byte> writer, IEnumerable<KeyValuePair<string, object?>> columns)
    {
        var isFirst = true;
        foreach (var (name, value) in columns)
        {
            writer.Write(isFirst ? "{"u8 : ","u8);
            WriteText(writer, name);
            writer.Write(":"u8);
            Write(writer, value);
            isFirst = false;
        }

        writer.Write(isFirst ? "{}"u8 : "}"u8);
    }

    private static void Write(IBufferWriter<byte> writer, object? value)
    {
        switch (value)
        {
            case null or double.NaN or float.NaN or double.PositiveInfinity or double.NegativeInfinity:
                writer.Write("null"u8);
                break;
            case string text:
                WriteText(writer, text);
                break;
            case byte[] bytes:
                // Texts that are not marked as such; bytes that are no UTF-8 are for the row parser to find.
                JsonText.WriteString(writer, bytes);
                break;
            case bool truth:
                writer.Write(truth ? "true"u8 : "false"u8);
                break;
            case IDictionary<string, object?> members:
                WriteRow(writer, members);
                break;
            case IDictionary map:
                WriteRow(writer, map.Keys.Cast<object>().Select(key => KeyValuePair.Create(Convert.ToString(key, CultureInfo.InvariantCulture) ?? string.Empty, map[key])));
                break;
            case IEnumerable items:
                WriteItems(writer, items);
                break;
            case sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal:
                Encoding.ASCII.GetBytes(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture), writer);
                break;
            case DateTime time:
                WriteText(writer, time.ToString("O", CultureInfo.InvariantCulture));
                break;
            default:
                WriteText(writer, Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty);
                break;
        }
    }

    private static void WriteItems(IBufferWriter<byte> writer, IEnumerable items)
    {
        var isFirst = true;
        writer.Write("["u8);
        foreach (var item in items)
        {
            writer.Write(isFirst ? default : ","u8);
            Write(writer, item);
            isFirst = false;
        }

        writer.Write("]"u8);
    }

    private static void WriteText(IBufferWriter<byte> writer, string text) => JsonText.WriteString(writer, Encoding.UTF8.GetBytes(text));
}
