using LoraMesh.Contracts;

namespace LoraMesh.Control.Api.OpenApi;

/// <summary>What the OpenAPI document says of the body that an endpoint reads by itself.</summary>
/// <param name="Body">Type of the JSON object; null for any bytes.</param>
/// <param name="IsRequired">Whether the request is refused without one.</param>
internal sealed record TakesBody(Type? Body, bool IsRequired);

/// <summary>Describes endpoints for the OpenAPI document, beside the lines that map them.</summary>
internal static class EndpointDescriptions
{
    private const string Json = "application/json";

    /// <summary>Names an endpoint, and says what it does, what it answers and how it refuses besides those refusals that all share.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="name">Name of the operation, as generated clients call it.</param>
    /// <param name="summary">What it does, in one sentence.</param>
    /// <param name="refusals">Statuses of its own refusals.</param>
    /// <param name="status">Status of a good answer.</param>
    /// <param name="contentType">Type of a good answer's body.</param>
    public static RouteHandlerBuilder Describe<TAnswer>(this RouteHandlerBuilder endpoint, string name, string summary, int[]? refusals = null, int status = StatusCodes.Status200OK, string contentType = Json)
    {
        endpoint.WithName(name).WithSummary(summary).Produces<TAnswer>(status, contentType);
        foreach (var refusal in refusals ?? [])
        {
            endpoint.Produces<ErrorBody>(refusal, Json);
        }

        return endpoint;
    }

    /// <summary>Says that an endpoint takes a JSON object; one that is too large or wrong is refused.</summary>
    public static RouteHandlerBuilder Takes<TBody>(this RouteHandlerBuilder endpoint, bool isRequired = true) =>
        endpoint.WithMetadata(new TakesBody(typeof(TBody), isRequired)).Produces<ErrorBody>(StatusCodes.Status400BadRequest, Json).Produces<ErrorBody>(StatusCodes.Status413PayloadTooLarge, Json);

    /// <summary>The refusals that every endpoint has.</summary>
    public static RouteGroupBuilder RefusesAsAll(this RouteGroupBuilder group)
    {
        foreach (var status in new[] { StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError, StatusCodes.Status503ServiceUnavailable })
        {
            group.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ErrorBody), [Json]));
        }

        return group;
    }
}
