namespace LoraMesh.Text.Jinja;

// An error while a template runs. The renderer knows the line and hands it on as ChatTemplateException.
internal sealed class JinjaException(string message, bool raisedByTemplate = false) : Exception(message)
{
    public bool RaisedByTemplate { get; } = raisedByTemplate;
}
