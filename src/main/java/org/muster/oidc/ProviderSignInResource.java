package org.muster.oidc;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.NewCookie.SameSite;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.ForeignParameters;
import org.muster.http.HostCookie;
import org.muster.http.JsonInput;
import org.muster.json.EnumNames;
import org.muster.limits.RateLimit;
import org.muster.limits.RateLimits;
import org.muster.metrics.Metrics;
import org.muster.oidc.ProviderException.Reason;
import org.muster.oidc.ProviderSignIns.Owner;
import org.muster.oidc.ProviderSignIns.Purpose;
import org.muster.problems.Problem;
import org.muster.proxies.ClientAddress;
import org.muster.settings.Password;
import org.muster.users.Caller;
import org.muster.users.CurrentPassword;
import org.muster.users.SecondFactorCodes;
import org.muster.users.SecurityLog;
import org.muster.users.SecurityLog.Event;
import org.muster.users.SessionCookie;
import org.muster.users.Token;
import org.muster.users.Unauthenticated;
import org.muster.users.Users;

/** Signs people in with the provider: sends the browser there, and takes it back. */
@Path("sessions/provider")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class ProviderSignInResource {
    private static final Logger LOG = System.getLogger(ProviderSignInResource.class.getName());
    private static final HostCookie COOKIE = new HostCookie("muster-provider");
    private static final String CALLBACK = "sessions/provider/callback";
    private static final int MAX_TOKEN = 100;
    /** A view of the page, without a host. */
    private static final Pattern VIEW = Pattern.compile("/(?!/)[A-Za-z0-9/_?=&.~-]*");

    private static final Pattern SECRETS = Pattern.compile("([A-Za-z0-9_-]{43})(?:\\.([A-Za-z0-9_-]{1,100}))?");

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    CurrentPassword current;

    @Inject
    SecondFactorCodes codes;

    @Inject
    Metrics metrics;

    @Inject
    Provider provider;

    @Inject
    ProviderAccounts accounts;

    @Inject
    SecurityLog log;

    private RateLimits limits;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        limits = new RateLimits(sql, metrics);
        users = new Users(sql);
    }

    /** Begins an attempt, in this browser, and returns where the browser signs in. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response begin(
            JsonInput input,
            @Context SecurityContext security,
            @Context HttpServletRequest client,
            @Context UriInfo uri) {
        provider.require();
        var link = input.flag("link", false);
        var returnTo = Optional.of(input.line("returnTo", 500)).filter(path -> !path.isEmpty());
        if (returnTo.filter(VIEW.asMatchPredicate().negate()).isPresent()) {
            input.reject("returnTo", "must be the path of a view, such as /groups");
        }
        var zone = input.line("zone", 100);
        var invitation = input.line("invitation", MAX_TOKEN);
        var password = link && input.has("currentPassword")
                ? Optional.of(new Password(input.verbatim("currentPassword", 1, 256)))
                : Optional.<Password>empty();
        var code = link ? input.line("code", SecondFactorCodes.MAX_CODE) : "";
        var owner =
                link ? Optional.of(owner(input, security, password, code, client)) : Optional.<Users.Account>empty();
        input.done();
        var address = ClientAddress.of(client);
        limits.use(RateLimit.PROVIDER_SIGN_INS, address.network());
        var attempt = Attempt.begin();
        var url = authorization(attempt, uri);
        var purpose = new Purpose(
                owner.map(account -> new Owner(account.user(), account.passwordVersion())), returnTo.orElse("/"), zone);
        var begun = owner.filter(Users.Account::secondFactor)
                .map(account ->
                        codes.spend(account, address, () -> accounts.beginWithCode(attempt, purpose, url, code)))
                .orElseGet(() -> accounts.begin(attempt, purpose, url));
        return inCookie(begun, invitation, client);
    }

    /** Whose account is to be linked: a thief of their session must not be. */
    private Users.Account owner(
            JsonInput input,
            SecurityContext security,
            Optional<Password> password,
            String code,
            HttpServletRequest client) {
        var caller = Caller.signedIn(security);
        var account = users.account(caller.user()).orElseThrow(Users::erased);
        if (account.passwordHash().isEmpty()) {
            return account;
        }
        if (password.isEmpty()) {
            input.reject("currentPassword", "is required");
        }
        if (account.secondFactor() && code.isEmpty()) {
            input.reject("code", "is required");
        }
        input.done();
        return current.verify(caller, password.get(), client);
    }

    /** The response with the browser's secret in the cookie. A repeated request has that of the attempt that it began. */
    private static Response inCookie(Response begun, String invitation, HttpServletRequest client) {
        var body = (JsonObject) begun.getEntity();
        return Response.fromResponse(begun)
                .entity(JSON.createObjectBuilder()
                        .add("url", body.getString("url"))
                        .build())
                .cookie(cookie(
                        body.getString("browser") + (invitation.isEmpty() ? "" : "." + invitation),
                        (int) ProviderSignIns.LIFETIME.toSeconds(),
                        client))
                .build();
    }

    private URI authorization(Attempt attempt, UriInfo uri) {
        try {
            return provider.authorization(attempt, callback(uri));
        } catch (ProviderException failure) {
            LOG.log(Level.WARNING, "Nobody can sign in with the provider: {0}", failure.getMessage());
            throw Problem.providerUnavailable();
        }
    }

    /** Takes the browser back: with a session, or to the page that says why there is none. */
    @GET
    @Path("callback")
    @Unauthenticated
    @ForeignParameters
    public Response end(
            @QueryParam("code") String code,
            @QueryParam("state") String state,
            @QueryParam("error") String error,
            @QueryParam("iss") String issuer,
            @Context HttpServletRequest client,
            @Context HttpHeaders headers,
            @Context UriInfo uri) {
        var expected = provider.require().issuer().toString();
        try {
            limits.use(RateLimit.PROVIDER_CALLBACKS, ClientAddress.of(client).network());
            var secrets = COOKIE.values(
                            Optional.ofNullable(headers.getRequestHeader(HttpHeaders.COOKIE))
                                    .orElse(List.of()),
                            client.isSecure())
                    .map(SECRETS::matcher)
                    .filter(Matcher::matches)
                    .findFirst()
                    .orElseThrow(ProviderSignInResource::expired);
            var attempt = new Attempt(new Token(state == null ? "" : state), new Token(secrets.group(1)));
            var purpose = accounts.end(attempt).orElseThrow(ProviderSignInResource::expired);
            if (issuer != null && !issuer.equals(expected)) {
                throw new ProviderException(Reason.REJECTED, "the callback is of another issuer");
            }
            if (error != null || code == null) {
                throw new ProviderException(Reason.DENIED, "the provider did not allow it");
            }
            var person = provider.person(attempt, code, callback(uri));
            return purpose.owner().isPresent()
                    ? linked(person, purpose.owner().get(), purpose.returnTo(), client, uri)
                    : signedIn(
                            person,
                            purpose,
                            Optional.ofNullable(secrets.group(2)).map(Token::new),
                            client,
                            uri);
        } catch (ProviderException failure) {
            LOG.log(Level.INFO, "Somebody could not sign in with the provider: {0}", failure.getMessage());
            return failed(EnumNames.hyphenated(failure.reason()), client, uri);
        } catch (Problem refusal) {
            return failed(refusal.type().slug(), client, uri);
        }
    }

    private static ProviderException expired() {
        return new ProviderException(
                Reason.EXPIRED, "there is no such attempt: it has ended, is too old, or was begun in another browser");
    }

    private Response linked(Person person, Owner owner, String returnTo, HttpServletRequest client, UriInfo uri)
            throws ProviderException {
        if (!accounts.link(person, owner)) {
            throw expired();
        }
        log.add(
                Event.PROVIDER_LINKED,
                Optional.of(owner.user()),
                ClientAddress.of(client).network());
        return Response.seeOther(view(returnTo, uri))
                .cookie(cookie("", 0, client))
                .build();
    }

    private Response signedIn(
            Person person, Purpose purpose, Optional<Token> invitation, HttpServletRequest client, UriInfo uri) {
        var signedIn = accounts.signIn(person, purpose, invitation);
        // A new account has accepted the invitation; whoever had one is asked.
        var next = invitation
                .filter(token -> !signedIn.isNew())
                .map(token -> "/invitations/" + token.value())
                .orElse(purpose.returnTo());
        log.add(
                Event.SIGNED_IN,
                Optional.of(signedIn.user()),
                ClientAddress.of(client).network());
        return Response.fromResponse(SessionCookie.inCookie(signedIn.session(), client))
                .status(Response.Status.SEE_OTHER)
                .location(view(next, uri))
                .cookie(cookie("", 0, client))
                .entity(null)
                .build();
    }

    private Response failed(String reason, HttpServletRequest client, UriInfo uri) {
        log.add(Event.SIGN_IN_FAILED, Optional.empty(), ClientAddress.of(client).network());
        return Response.seeOther(view("/sign-in?failure=" + reason, uri))
                .cookie(cookie("", 0, client))
                .build();
    }

    private static URI callback(UriInfo uri) {
        return uri.getBaseUriBuilder().path(CALLBACK).build();
    }

    private static URI view(String path, UriInfo uri) {
        return uri.getBaseUri().resolve("/#" + path);
    }

    /** Lax: the browser must send it when it comes from the provider. */
    private static NewCookie cookie(String value, int seconds, HttpServletRequest client) {
        var secure = client.isSecure();
        return new NewCookie.Builder(COOKIE.name(secure))
                .value(value)
                .path(HostCookie.path(secure))
                .maxAge(seconds)
                .secure(secure)
                .httpOnly(true)
                .sameSite(SameSite.LAX)
                .build();
    }
}
