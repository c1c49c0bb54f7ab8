using System.Text.Json.Nodes;
using LoraMesh.Hosting.Access;
using LoraMesh.Inference.Adapters;
using LoraMesh.Inference.Models;
using Microsoft.AspNetCore.Http;

namespace LoraMesh.Inference.Api;

// GET /v1/models and /v1/models/{id}.
internal static class ModelsEndpoint
{
    public static IResult List(HttpContext http, AdapterDirectory directory) => Results.Json(new JsonObject
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. directory.List(Caller.Of(http)).Select(Show)]),
    });

    public static IResult Get(string id, HttpContext http, AdapterDirectory directory)
    {
        var all = directory.List(Caller.Of(http));
        return all.FirstOrDefault(model => model.Id == id) is { } found
            ? Results.Json(Show(found))
            : throw new UnknownModelException(id, [.. all.Select(model => model.Id)]);
    }

    private static JsonObject Show(ModelListing model) => new()
    {
        ["id"] = model.Id,
        ["object"] = "model",
        ["created"] = model.Created.ToUnixTimeSeconds(),
        ["owned_by"] = "loramesh",
        ["root"] = model.Root,
        ["parent"] = model.Parent,
        ["max_model_len"] = model.ContextLength,
    };
}
