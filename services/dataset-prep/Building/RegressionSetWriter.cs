using System.Buffers;
using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>Writes the canonical rows of regression sets, one file a set. Rows of one set come together, since they come by files.</summary>
internal sealed class RegressionSetWriter(string folder) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _line = new(4 * 1024);
    private readonly List<BuiltRegressionSet> _sets = [];
    private HashedFile? _text;
    private string _name = string.Empty;
    private int _rows;

    public void Add(StoredRow row, string file)
    {
        if (_text is null || file != _name)
        {
            Close();
            _text = new HashedFile(Path.Combine(folder, DatasetFileNames.RegressionSet(_sets.Count)));
            (_name, _rows) = (file, 0);
        }

        _line.ResetWrittenCount();
        CanonicalRow.WriteLine(_line, row.Identity, row.Body.Span, file, row.Line);
        _text.Write(_line.WrittenSpan);
        _rows++;
    }

    /// <summary>The sets, ordered by name.</summary>
    public IReadOnlyList<BuiltRegressionSet> Finish()
    {
        Close();
        return [.. _sets.OrderBy(set => set.Name, StringComparer.Ordinal)];
    }

    public void Dispose() => _text?.Dispose();

    private void Close()
    {
        if (_text is { } text)
        {
            _sets.Add(new BuiltRegressionSet(_name, _rows, text.Finish()));
            text.Dispose();
            _text = null;
        }
    }
}
