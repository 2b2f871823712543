package org.muster.accounts;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.Idempotent;
import org.muster.http.JsonInput;
import org.muster.http.Times;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.proxies.ClientAddress;
import org.muster.totp.QrCodes;
import org.muster.totp.SecondFactors;
import org.muster.totp.SharedSecret;
import org.muster.users.Caller;
import org.muster.users.Operators;
import org.muster.users.SecondFactorCodes;
import org.muster.users.SecondFactorPolicy;
import org.muster.users.SecurityLog;
import org.muster.users.SecurityLog.Event;
import org.muster.users.Sessions;
import org.muster.users.Users;

/** The transactions of turning a second factor on and off. Passwords are verified before them. */
@ApplicationScoped
public class SecondFactorChanges {
    /** An authenticator shows it in one line. */
    private static final int MAX_LABEL = 100;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    AccountMails mails;

    @Inject
    Operators operators;

    @Inject
    SecondFactorPolicy policy;

    @Inject
    SecurityLog log;

    private SecondFactors secondFactors;
    private Sessions sessions;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        secondFactors = new SecondFactors(sql);
        sessions = new Sessions(sql);
        users = new Users(sql);
    }

    /**
     * Makes a secret, which counts once it is confirmed.
     *
     * @param issuer what the authenticator shows as the server
     */
    @Transactional
    @Idempotent
    public Response begin(Caller caller, String issuer) {
        lock(caller);
        var user = users.find(caller.user()).orElseThrow(Users::erased);
        var secret = SharedSecret.random();
        var expiresAt = secondFactors
                .begin(caller.user(), secret)
                .orElseThrow(() ->
                        Problem.of(ProblemType.SECOND_FACTOR_ENABLED, "Turn it off before you set up another one."));
        var label = JsonInput.displayable(user.email(), MAX_LABEL).orElse("");
        var uri = secret.uri(issuer, label);
        return secret(
                Response.Status.CREATED,
                JSON.createObjectBuilder()
                        .add("secret", secret.text())
                        .add("uri", uri)
                        .add("qrCode", JSON.createArrayBuilder(QrCodes.rows(uri)))
                        .add("expiresAt", Times.utc(expiresAt.truncatedTo(ChronoUnit.SECONDS)))
                        .build());
    }

    /** Makes the secret count, and ends all other sessions. */
    @Transactional
    @Idempotent
    public Response confirm(Caller caller, String code, ClientAddress client) {
        lock(caller);
        var pending = secondFactors
                .pending(caller.user())
                .orElseThrow(() -> Problem.of(
                        ProblemType.SECOND_FACTOR_MISSING, "None is being set up, or that took too long. Begin anew."));
        if (!secondFactors.confirm(caller.user(), pending, code)) {
            throw SecondFactorCodes.wrong();
        }
        endOthers(caller, false);
        operators.forget(caller.user());
        mails.tell("second-factor.enabled", caller.user());
        log(Event.SECOND_FACTOR_ENABLED, caller, client);
        return recoveryCodes(caller);
    }

    /** Makes other recovery codes in place of those that there are. */
    @Transactional
    @Idempotent
    public Response renewRecoveryCodes(Caller caller, String code, ClientAddress client) {
        lock(caller);
        spend(caller, code);
        mails.tell("recovery-codes.renewed", caller.user());
        log(Event.RECOVERY_CODES_RENEWED, caller, client);
        return recoveryCodes(caller);
    }

    /** Turns the second factor off, and ends all other sessions. */
    @Transactional
    @Idempotent
    public Response end(Caller caller, String code, ClientAddress client) {
        lock(caller);
        spend(caller, code);
        secondFactors.end(caller.user());
        endOthers(caller, policy.required());
        operators.forget(caller.user());
        mails.tell("second-factor.disabled", caller.user());
        log(Event.SECOND_FACTOR_DISABLED, caller, client);
        return Response.noContent().build();
    }

    private void lock(Caller caller) {
        if (!users.lock(caller.user())) {
            throw Users.erased();
        }
    }

    private void endOthers(Caller caller, boolean settingUp) {
        if (!sessions.endOthers(caller, settingUp)) {
            throw Caller.signedOut();
        }
    }

    private void spend(Caller caller, String code) {
        if (secondFactors.find(caller.user()).isEmpty()) {
            throw Problem.of(ProblemType.SECOND_FACTOR_MISSING, "Set one up first.");
        }
        if (secondFactors.spend(caller.user(), code).isEmpty()) {
            throw SecondFactorCodes.wrong();
        }
    }

    private Response recoveryCodes(Caller caller) {
        var codes = JSON.createArrayBuilder();
        secondFactors.renewRecoveryCodes(caller.user()).forEach(code -> codes.add(code.text()));
        return secret(
                Response.Status.OK,
                JSON.createObjectBuilder().add("recoveryCodes", codes).build());
    }

    private static Response secret(Response.Status status, JsonObject body) {
        return Response.status(status)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(body)
                .build();
    }

    private void log(Event event, Caller caller, ClientAddress client) {
        log.add(event, Optional.of(caller.user()), client.network());
    }
}
