package org.muster.accounts;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.http.JsonInput;
import org.muster.http.Times;
import org.muster.proxies.ClientAddress;
import org.muster.settings.Password;
import org.muster.totp.SecondFactors;
import org.muster.totp.SecondFactors.SecondFactor;
import org.muster.users.Caller;
import org.muster.users.CurrentPassword;
import org.muster.users.SecondFactorCodes;
import org.muster.users.SecondFactorPolicy;
import org.muster.users.Users;
import org.muster.users.WithoutSecondFactor;

/** The second factor of the caller's account. A program cannot change it. */
@Path("me/second-factor")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
@WithoutSecondFactor
public class MySecondFactorResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    CurrentPassword current;

    @Inject
    SecondFactorChanges changes;

    @Inject
    SecondFactorCodes codes;

    @Inject
    SecondFactorPolicy policy;

    private SecondFactors secondFactors;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        secondFactors = new SecondFactors(sql);
        users = new Users(sql);
    }

    @GET
    public JsonObject secondFactor(@Context SecurityContext security) {
        var found = secondFactors.find(Caller.signedIn(security).user());
        return JSON.createObjectBuilder()
                .add(
                        "enabledAt",
                        found.map(SecondFactor::enabledAt)
                                .<JsonValue>map(at -> JSON.createValue(Times.utc(at)))
                                .orElse(JsonValue.NULL))
                .add("recoveryCodes", found.map(SecondFactor::recoveryCodes).orElse(0))
                .add("required", policy.required())
                .build();
    }

    /** Begins to set one up, with a new secret each time. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response begin(
            JsonInput input,
            @Context SecurityContext security,
            @Context UriInfo uri,
            @Context HttpServletRequest client) {
        var caller = Caller.signedIn(security);
        verify(input, caller, client);
        // A host name that is none by RFC 3986, such as one with a low line, is not read.
        var issuer = Optional.ofNullable(uri.getBaseUri().getHost())
                .map(host -> "Muster " + host)
                .orElse("Muster");
        return changes.begin(caller, issuer);
    }

    /** Turns it on, once the authenticator shows the codes. */
    @POST
    @Path("confirm")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response confirm(JsonInput input, @Context SecurityContext security, @Context HttpServletRequest client) {
        var caller = Caller.signedIn(security);
        var code = input.line("code", 1, SecondFactorCodes.MAX_CODE);
        input.done();
        var account = users.account(caller.user()).orElseThrow(Users::erased);
        var address = ClientAddress.of(client);
        return codes.spend(account, address, () -> changes.confirm(caller, code, address));
    }

    @POST
    @Path("recovery-codes")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response renewRecoveryCodes(
            JsonInput input, @Context SecurityContext security, @Context HttpServletRequest client) {
        var caller = Caller.signedIn(security);
        var code = input.line("code", 1, SecondFactorCodes.MAX_CODE);
        var account = verify(input, caller, client);
        var address = ClientAddress.of(client);
        return codes.spend(account, address, () -> changes.renewRecoveryCodes(caller, code, address));
    }

    /** Turns it off. */
    @POST
    @Path("disable")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response disable(JsonInput input, @Context SecurityContext security, @Context HttpServletRequest client) {
        var caller = Caller.signedIn(security);
        var code = input.line("code", 1, SecondFactorCodes.MAX_CODE);
        var account = verify(input, caller, client);
        var address = ClientAddress.of(client);
        return codes.spend(account, address, () -> changes.end(caller, code, address));
    }

    /** Ends the input, and verifies the password, which a thief of the session does not know. */
    private Users.Account verify(JsonInput input, Caller caller, HttpServletRequest client) {
        var password = new Password(input.verbatim("currentPassword", 1, 256));
        input.done();
        return current.verify(caller, password, client);
    }
}
