using LoraMesh.Contracts;

namespace LoraMesh.Control.Api;

/// <summary>Contract records as JSON answers.</summary>
public static class ApiResults
{
    /// <summary>200 with a record.</summary>
    public static IResult Ok<T>(T value) => Results.Json(value, ContractsJson.Options);

    /// <summary>201 with a record.</summary>
    public static IResult Created<T>(T value) => Results.Json(value, ContractsJson.Options, statusCode: StatusCodes.Status201Created);
}
