using System.Buffers;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace LoraMesh.DatasetPrep.Reporting;

/// <summary>A piece of HTML or SVG in which everything that came from data is escaped.</summary>
internal readonly struct Markup
{
    // What hides text, or turns its direction, from a file's name or a row; not the joiners that Persian and emoji need.
    private static readonly SearchValues<char> Hidden = SearchValues.Create("\u200B\u200E\u200F\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u2060\u2066\u2067\u2068\u2069\uFEFF\0");

    private readonly string? _text;

    private Markup(string text) => _text = text;

    /// <summary>Nothing.</summary>
    public static Markup None => default;

    /// <summary>What the literal parts say, with texts escaped and other markup as it is between them.</summary>
    public static Markup Of(Handler content) => new(content.ToText());

    /// <summary>Text of this program's own that must not be escaped, such as a style sheet.</summary>
    public static Markup Trusted(string text) => new(text);

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(_text);

    /// <summary>Pieces one after the other.</summary>
    public static Markup Join(IEnumerable<Markup> pieces) => new(string.Concat(pieces.Select(piece => piece._text)));

    private static string Visible(string text) =>
        string.Concat(text.Select(c => Hidden.Contains(c) ? $"[U+{(int)c:X4}]" : c.ToString()));

    public override string ToString() => _text ?? string.Empty;

    /// <summary>Puts the text together. Whole numbers get thousands separators; real numbers, which are places in a drawing, have two digits.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Handler
    {
        private readonly StringBuilder _builder;

        public Handler(int literalLength, int formattedCount) => _builder = new StringBuilder(literalLength + (16 * formattedCount));

        public void AppendLiteral(string value) => _builder.Append(value);

        public void AppendFormatted(string? value) => _builder.Append(WebUtility.HtmlEncode(value is not null && value.AsSpan().ContainsAny(Hidden) ? Visible(value) : value));

        public void AppendFormatted(Markup value) => _builder.Append(value);

        public void AppendFormatted(IEnumerable<Markup> values) => _builder.AppendJoin(string.Empty, values);

        public void AppendFormatted(int value) => AppendFormatted((long)value);

        public void AppendFormatted(long value) => _builder.Append(value.ToString("N0", CultureInfo.InvariantCulture));

        public void AppendFormatted(double value) => _builder.Append(value.ToString("0.##", CultureInfo.InvariantCulture));

        internal string ToText() => _builder.ToString();
    }
}
