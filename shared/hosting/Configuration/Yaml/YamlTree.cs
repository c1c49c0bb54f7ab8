using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LoraMesh.Hosting.Configuration.Yaml;

/// <summary>Reads one YAML document into nodes that know their place. Anchors, aliases and tags are refused: a configuration needs none, and they can grow without bound.</summary>
internal sealed class YamlTree
{
    private const int MaxDepth = 8;

    private readonly Parser _parser;
    private readonly List<ConfigProblem> _problems;

    private YamlTree(Parser parser, List<ConfigProblem> problems) => (_parser, _problems) = (parser, problems);

    /// <summary>The document's top-level keys, or null where there is no reading on; what is wrong is added to the problems.</summary>
    public static YamlMap? Read(string text, int maxBytes, List<ConfigProblem> problems)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > maxBytes)
        {
            problems.Add(new ConfigProblem(1, 1, "", $"the file has {bytes} bytes, at most {maxBytes} are allowed"));
            return null;
        }

        try
        {
            using var reader = new StringReader(text.TrimStart('\uFEFF'));
            return new YamlTree(new Parser(new Scanner(reader, skipComments: true)), problems).Document();
        }
        catch (YamlException broken)
        {
            problems.Add(new ConfigProblem(At(broken.Start.Line), At(broken.Start.Column), "", $"this is not YAML: {broken.Message.TrimEnd('.')}"));
            return null;
        }
    }

    private YamlMap? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return new YamlMap([], 1, 1);
        }

        _parser.Consume<DocumentStart>();
        var root = Node(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
        {
            Report(second, "a second document begins here; a configuration is a single one");
        }

        if (root is null or YamlMap)
        {
            return root as YamlMap;
        }

        if (root is YamlScalar { IsNull: true })
        {
            return new YamlMap([], 1, 1);
        }

        _problems.Add(new ConfigProblem(root.Line, root.Column, "", $"found {root.Shown}, expected keys with values, such as 'model: loramesh-tiny'"));
        return null;
    }

    // Null where something was reported that makes the node unusable; the events of it are consumed all the same.
    private YamlNode? Node(int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            Report(alias, $"the alias '*{alias.Value}' is not allowed; write the value itself");
            return null;
        }

        var start = _parser.Consume<NodeEvent>();
        if (!start.Anchor.IsEmpty)
        {
            Report(start, $"the anchor '&{start.Anchor.Value}' is not allowed; write values where they are needed");
        }

        if (!start.Tag.IsEmpty)
        {
            Report(start, $"the tag '{start.Tag.Value}' is not allowed; write the plain value");
        }

        if (depth > MaxDepth)
        {
            throw new YamlException(start.Start, start.End, $"it is nested more than {MaxDepth} levels deep");
        }

        var (line, column) = (At(start.Start.Line), At(start.Start.Column));
        return start switch
        {
            Scalar scalar => new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, line, column),
            SequenceStart => new YamlList(Items(depth), line, column),
            _ => new YamlMap(Entries(depth), line, column),
        };
    }

    private List<YamlNode> Items(int depth)
    {
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            if (Node(depth + 1) is { } item)
            {
                items.Add(item);
            }
        }

        return items;
    }

    private List<(YamlScalar Key, YamlNode Value)> Entries(int depth)
    {
        var entries = new List<(YamlScalar, YamlNode)>();
        var seen = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            if (key is not YamlScalar name)
            {
                if (key is not null)
                {
                    _problems.Add(new ConfigProblem(key.Line, key.Column, "", $"found {key.Shown} as a key, expected a name"));
                }
            }
            else if (!seen.TryAdd(name.Value, name))
            {
                _problems.Add(new ConfigProblem(name.Line, name.Column, name.Value, $"this key was already given in line {seen[name.Value].Line}; keep one of the two"));
            }
            else if (value is not null)
            {
                entries.Add((name, value));
            }
        }

        return entries;
    }

    private void Report(ParsingEvent place, string message) =>
        _problems.Add(new ConfigProblem(At(place.Start.Line), At(place.Start.Column), "", message));

    private static int At(long position) => (int)Math.Clamp(position, 1, int.MaxValue);
}
