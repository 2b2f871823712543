package org.muster.accounts;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.Idempotent;
import org.muster.http.JsonInput;
import org.muster.proxies.ClientAddress;
import org.muster.users.AccountTokens;
import org.muster.users.Caller;
import org.muster.users.Operators;
import org.muster.users.SecurityLog;
import org.muster.users.SecurityLog.Event;
import org.muster.users.Token;
import org.muster.users.Users;

/**
 * Verifies the caller's address with the token of a link. Whoever opens the link must be signed in to the account: otherwise somebody
 * could open an account with another's address, and have them verify it.
 */
@Path("email-verifications")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class EmailVerificationsResource {
    private static final int MAX_TOKEN = 100;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    AccountMails mails;

    @Inject
    Operators operators;

    @Inject
    SecurityLog log;

    private AccountTokens tokens;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        tokens = new AccountTokens(sql);
        users = new Users(sql);
    }

    /** Verifies the address, which takes the place of the account's if that is another one. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @Idempotent
    public JsonObject verify(JsonInput input, @Context SecurityContext security, @Context HttpServletRequest client) {
        var caller = Caller.signedIn(security);
        var token = new Token(input.line("token", 1, MAX_TOKEN));
        input.done();
        var before = tokens.recipient(caller.user()).orElseThrow(PasswordResets::spent);
        var user = tokens.spendVerification(token, caller.user())
                .flatMap(email -> users.verifyEmail(caller.user(), email))
                .orElseThrow(PasswordResets::spent);
        if (!user.email().equals(before.email())) {
            mails.tellChanged(before);
        }
        log.add(
                Event.EMAIL_VERIFIED,
                Optional.of(user.id()),
                ClientAddress.of(client).text());
        return user.json(operators.include(user));
    }
}
