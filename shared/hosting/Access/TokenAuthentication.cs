using System.Security.Claims;
using LoraMesh.Hosting.Http;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LoraMesh.Hosting.Access;

/// <summary>Sets the framework's check of bearer tokens up: issuer, audience, time and signature, and who is meant.</summary>
internal sealed class TokenAuthentication(IOptions<TokenOptions> tokens, TimeProvider time) : IConfigureNamedOptions<JwtBearerOptions>
{
    public const string SchemeName = "token";

    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>Whether a bearer's text can be a token at all: three parts with dots between them, which no key has.</summary>
    public static bool IsToken(string text) => text.Count(letter => letter == '.') == 2;

    /// <inheritdoc/>
    public void Configure(string? name, JwtBearerOptions options)
    {
        var settings = tokens.Value;
        if (name != SchemeName || !settings.AreUsed)
        {
            return;
        }

        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = settings.Issuer,
            ValidAudience = settings.Audience,
            ValidAlgorithms = Algorithms,
            ClockSkew = settings.ClockSkew,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
        };
        if (settings.KeysFile is { } file)
        {
            var keys = new TokenKeys(file, time);
            options.TokenValidationParameters.IssuerSigningKeyResolver = (_, _, _, _) => keys.Current;
        }
        else
        {
            options.MetadataAddress = settings.Metadata.AbsoluteUri;
            options.BackchannelHttpHandler = TrustedHttp.Handler(settings.CaFile);
            options.BackchannelTimeout = TimeSpan.FromSeconds(10);
        }

        options.Events = new JwtBearerEvents { OnTokenValidated = TakeAsync, OnChallenge = ChallengeAsync };
    }

    /// <inheritdoc/>
    public void Configure(JwtBearerOptions options) => Configure(Options.DefaultName, options);

    private Task TakeAsync(TokenValidatedContext context)
    {
        if (context.SecurityToken is not JsonWebToken token || TokenCaller.Of(token, tokens.Value) is not { } caller)
        {
            context.Fail($"The token names nobody: it has neither '{tokens.Value.NameClaim}' nor 'sub' in at most 200 printable characters.");
            return Task.CompletedTask;
        }

        context.HttpContext.Features.Set(caller);
        context.Principal = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, caller.Name), new Claim(ClaimTypes.Role, caller.Role)], SchemeName));
        return Task.CompletedTask;
    }

    private static async Task ChallengeAsync(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        if (context.AuthenticateFailure is SecurityTokenSignatureKeyNotFoundException && await IsAwayAsync(context))
        {
            context.Response.Headers.RetryAfter = "30";
            await ApiError.Unavailable("The provider's keys cannot be read at the moment, so that no token can be checked; the service's log has the reason. API keys go on being taken.", null, "provider_away").ExecuteAsync(context.HttpContext);
            return;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        await ApiError.Create(StatusCodes.Status401Unauthorized, Explain(context.AuthenticateFailure), null, "invalid_token").ExecuteAsync(context.HttpContext);
    }

    // Without any keys every signature is of a key that is not known. What was read once is kept, so this asks nobody then.
    private static async Task<bool> IsAwayAsync(JwtBearerChallengeContext context)
    {
        try
        {
            return context.Options.ConfigurationManager is { } provider && (await provider.GetConfigurationAsync(context.HttpContext.RequestAborted)).SigningKeys.Count == 0;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    // What the provider wrote may be told; the libraries' own texts show parts of the token.
    private static string Explain(Exception? failure) => "The token was not accepted: " + (failure switch
    {
        SecurityTokenExpiredException => "it has lapsed. Get a new one from your provider.",
        SecurityTokenNotYetValidException => "it is not valid yet. Compare the clocks of provider and service.",
        SecurityTokenInvalidAudienceException => "it was made for another service (its 'aud' is not Access:Tokens:Audience).",
        SecurityTokenInvalidIssuerException => "another provider made it (its 'iss' is not Access:Tokens:Issuer).",
        SecurityTokenSignatureKeyNotFoundException => "its signature is of no key of the provider that is known here.",
        SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException => "its signature is not right, or of an algorithm that is not taken.",
        SecurityTokenNoExpirationException => "it has no end ('exp').",
        SecurityTokenException => "it is malformed.",
        _ => "it is malformed, or names nobody.",
    });
}
