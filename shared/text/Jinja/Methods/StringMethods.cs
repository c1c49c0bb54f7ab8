using System.Globalization;
using System.Text;
using LoraMesh.Text.Jinja.Formatting;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Methods;

// Python's str methods. Positions count code points.
internal static class StringMethods
{
    private delegate object Method(Runtime runtime, string self, Arguments arguments);

    private static readonly Dictionary<string, Func<string, object>> WithoutArguments = new(StringComparer.Ordinal)
    {
        ["capitalize"] = self => TextCase.Capitalize(self),
        ["casefold"] = self => TextCase.Lower(self.Replace("ß", "ss", StringComparison.Ordinal)),
        ["isalnum"] = self => TextCase.All(self, r => Rune.IsLetter(r) || Rune.IsNumber(r)),
        ["isalpha"] = self => TextCase.All(self, Rune.IsLetter),
        ["isascii"] = self => self.All(char.IsAscii),
        ["isdecimal"] = self => TextCase.All(self, Rune.IsDigit),
        ["isdigit"] = self => TextCase.All(self, TextCase.IsDigit),
        ["isidentifier"] = self => self.Length > 0 && !char.IsAsciiDigit(self[0]) && self.All(c => char.IsLetterOrDigit(c) || c == '_'),
        ["islower"] = self => TextCase.IsLower(self),
        ["isnumeric"] = self => TextCase.All(self, Rune.IsNumber),
        ["isprintable"] = self => self.EnumerateRunes().All(r => ValueText.IsPrintable(r.Value)),
        ["isspace"] = self => self.Length > 0 && self.All(Splitting.IsSpace),
        ["istitle"] = self => TextCase.IsTitle(self),
        ["isupper"] = self => TextCase.IsUpper(self),
        ["lower"] = self => TextCase.Lower(self),
        ["swapcase"] = self => TextCase.Swap(self),
        ["title"] = self => TextCase.Title(self),
        ["upper"] = self => TextCase.Upper(self),
    };

    private static readonly Dictionary<string, Method> Methods = new(StringComparer.Ordinal)
    {
        ["center"] = (r, self, a) => Pad(r, self, a, "center"),
        ["count"] = (_, self, a) => Count(self, a),
        ["endswith"] = (_, self, a) => HasEdge(self, a, "endswith", (text, edge) => text.EndsWith(edge, StringComparison.Ordinal)),
        ["expandtabs"] = (r, self, a) => r.Budget.Check(Splitting.ExpandTabs(self, Arguments.Integer(a.Bind("expandtabs", "tabsize")[0], 8))),
        ["find"] = (_, self, a) => Find(self, a, "find", last: false) ?? -1L,
        ["format"] = (r, self, a) => r.Budget.Check(BraceFormat.Format(r, self, a)),
        ["index"] = (_, self, a) => Find(self, a, "index", last: false) ?? throw new JinjaException("substring not found"),
        ["join"] = Join,
        ["ljust"] = (r, self, a) => Pad(r, self, a, "ljust"),
        ["lstrip"] = (_, self, a) => Splitting.Strip(self, a.Bind("lstrip", "chars")[0], left: true, right: false),
        ["partition"] = (_, self, a) => Splitting.Partition(self, Arguments.Text(a.Bind("partition", "sep!")[0], ""), last: false),
        ["removeprefix"] = (_, self, a) => Arguments.Text(a.Bind("removeprefix", "prefix!")[0], "") is var p && self.StartsWith(p, StringComparison.Ordinal) ? self[p.Length..] : self,
        ["removesuffix"] = (_, self, a) => Arguments.Text(a.Bind("removesuffix", "suffix!")[0], "") is { Length: > 0 } s && self.EndsWith(s, StringComparison.Ordinal) ? self[..^s.Length] : self,
        ["replace"] = (r, self, a) =>
        {
            var bound = a.Bind("replace", "old!", "new!", "count");
            return r.Budget.Check(Splitting.Replace(self, Arguments.Text(bound[0], ""), Arguments.Text(bound[1], ""), Arguments.Integer(bound[2], -1)));
        },
        ["rfind"] = (_, self, a) => Find(self, a, "rfind", last: true) ?? -1L,
        ["rindex"] = (_, self, a) => Find(self, a, "rindex", last: true) ?? throw new JinjaException("substring not found"),
        ["rjust"] = (r, self, a) => Pad(r, self, a, "rjust"),
        ["rpartition"] = (_, self, a) => Splitting.Partition(self, Arguments.Text(a.Bind("rpartition", "sep!")[0], ""), last: true),
        ["rsplit"] = (r, self, a) => Splitting.Split(r, self, a, "rsplit"),
        ["rstrip"] = (_, self, a) => Splitting.Strip(self, a.Bind("rstrip", "chars")[0], left: false, right: true),
        ["split"] = (r, self, a) => Splitting.Split(r, self, a, "split"),
        ["splitlines"] = (_, self, a) => Splitting.SplitLines(self, a.Bind("splitlines", "keepends")[0] is { } keep && Python.IsTrue(keep)),
        ["startswith"] = (_, self, a) => HasEdge(self, a, "startswith", (text, edge) => text.StartsWith(edge, StringComparison.Ordinal)),
        ["strip"] = (_, self, a) => Splitting.Strip(self, a.Bind("strip", "chars")[0], left: true, right: true),
        ["zfill"] = (r, self, a) => ZeroFill(r, self, Arguments.Integer(a.Bind("zfill", "width!")[0], 0)),
    };

    public static object? Find(string self, string name) =>
        WithoutArguments.TryGetValue(name, out var plain) ? new FunctionValue(name, (_, arguments) =>
        {
            arguments.Bind(name);
            return plain(self);
        })
        : Methods.TryGetValue(name, out var method) ? new FunctionValue(name, (runtime, arguments) => method(runtime, self, arguments)) : null;

    private static string Join(Runtime runtime, string self, Arguments arguments)
    {
        var items = Python.ToList(runtime, arguments.Bind("join", "iterable!")[0]!);
        var texts = items.Select((item, i) => Python.AsText(item)
            ?? throw new JinjaException($"sequence item {i}: expected str instance, {Python.TypeName(item)} found")).ToList();
        Budget.CheckLength(texts.Sum(t => (long)t.Length) + ((long)self.Length * texts.Count));
        return runtime.Budget.Check(string.Join(self, texts));
    }

    private static string Pad(Runtime runtime, string self, Arguments arguments, string method)
    {
        var bound = arguments.Bind(method, "width!", "fillchar");
        var fill = Arguments.Text(bound[1], " ");
        if (CodePoints.Length(fill) != 1)
        {
            throw new JinjaException("the fill character must be exactly one character long");
        }

        var width = Arguments.Integer(bound[0], 0);
        Budget.CheckLength(width);
        var missing = (int)Math.Max(width - CodePoints.Length(self), 0);

        // Python puts the odd one to the left where the width is odd.
        var left = method switch { "ljust" => 0, "rjust" => missing, _ => (missing / 2) + (missing & (int)width & 1) };
        return runtime.Budget.Check(string.Concat(Enumerable.Repeat(fill, left)) + self + string.Concat(Enumerable.Repeat(fill, missing - left)));
    }

    private static string ZeroFill(Runtime runtime, string self, long width)
    {
        Budget.CheckLength(width);
        var sign = self.StartsWith('-') || self.StartsWith('+') ? self[..1] : "";
        var missing = (int)Math.Max(width - CodePoints.Length(self), 0);
        return runtime.Budget.Check(sign + new string('0', missing) + self[sign.Length..]);
    }

    private static string Window(string self, object? start, object? stop, out int offset)
    {
        var (from, to) = Slicing.Bounds(CodePoints.Length(self), start, stop);
        offset = from;
        return from >= to ? "" : self[CodePoints.ToUtf16(self, from)..CodePoints.ToUtf16(self, to)];
    }

    private static object? Find(string self, Arguments arguments, string method, bool last)
    {
        var bound = arguments.Bind(method, "sub!", "start", "end");
        var part = Arguments.Text(bound[0], "");
        var window = Window(self, bound[1], bound[2], out var offset);
        var at = last ? window.LastIndexOf(part, StringComparison.Ordinal) : window.IndexOf(part, StringComparison.Ordinal);
        return at < 0 ? null : (long)(offset + CodePoints.FromUtf16(window, at));
    }

    private static long Count(string self, Arguments arguments)
    {
        var bound = arguments.Bind("count", "sub!", "start", "end");
        var part = Arguments.Text(bound[0], "");
        var window = Window(self, bound[1], bound[2], out _);
        return part.Length == 0 ? CodePoints.Length(window) + 1L : window.AsSpan().Count(part);
    }

    private static bool HasEdge(string self, Arguments arguments, string method, Func<string, string, bool> matches)
    {
        var bound = arguments.Bind(method, "edge!", "start", "end");
        var window = Window(self, bound[1], bound[2], out _);
        return bound[0] is TupleValue edges
            ? edges.Items.Any(e => matches(window, Arguments.Text(e, "")))
            : matches(window, Arguments.Text(bound[0], ""));
    }
}
