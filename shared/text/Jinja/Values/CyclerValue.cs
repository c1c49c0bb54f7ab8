namespace LoraMesh.Text.Jinja.Values;

// What cycler() returns.
internal sealed class CyclerValue(IReadOnlyList<object> items)
{
    private int _position;

    public object? Attribute(string name) => name switch
    {
        "current" => items[_position],
        "next" => new FunctionValue(name, (_, _) =>
        {
            var now = items[_position];
            _position = (_position + 1) % items.Count;
            return now;
        }),
        "reset" => new FunctionValue(name, (_, _) =>
        {
            _position = 0;
            return NoneValue.Instance;
        }),
        _ => null,
    };
}
