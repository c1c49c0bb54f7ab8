using System.Globalization;
using LoraMesh.Hosting.Http;

namespace LoraMesh.Control.Api;

/// <summary>How many entries a list may have at most, as requests ask for it.</summary>
internal static class ListLimit
{
    private const int Most = 1000;

    /// <summary>Reads the parameter <c>limit</c>.</summary>
    /// <param name="text">As it was sent; null where it was not.</param>
    /// <param name="usual">The limit where none was sent.</param>
    /// <param name="problem">The answer where it cannot be one; null where it can.</param>
    public static int Read(string? text, int usual, out IResult? problem)
    {
        problem = null;
        if (text is null)
        {
            return usual;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= Most)
        {
            return limit;
        }

        problem = ApiError.BadRequest($"limit is '{text}', expected a whole number from 1 to {Most}.", "limit", "bad_limit");
        return 0;
    }
}
