namespace LoraMesh.Text;

/// <summary>A constraint cannot be kept to: it is malformed, asks for what is not supported, or is larger than the bounds.</summary>
/// <param name="place">Where in the request, such as <c>response_format.json_schema.schema.properties.age</c>.</param>
/// <param name="message">What is wrong there, and what to do.</param>
public sealed class ConstraintException(string place, string message) : Exception($"{place}: {message}")
{
    /// <summary>Where in the request.</summary>
    public string Place { get; } = place;

    /// <summary>What is wrong there.</summary>
    public string Reason { get; } = message;
}
