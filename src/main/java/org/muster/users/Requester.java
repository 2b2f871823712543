package org.muster.users;

import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.muster.database.Sql.Mapper;
import org.muster.problems.Problem;

/**
 * Whoever makes a request: nobody, or the bearer of a token, who is looked up by the first statement that joins {@code live_session},
 * or by a statement of its own when the {@link Caller} is asked for before. Used by one thread.
 */
public final class Requester implements Principal {
    /** A request without a token. */
    public static final Requester ANONYMOUS = new Requester();

    private static final byte[] NO_TOKEN = {};

    private final Optional<Token> token;
    private final Operators operators;
    private final Supplier<Optional<Caller>> lookUp;
    private final Function<Optional<Caller>, Caller> admission;
    private Optional<Caller> caller = Optional.empty();

    private Requester() {
        token = Optional.empty();
        operators = null;
        lookUp = Optional::empty;
        admission = Optional::orElseThrow;
    }

    /**
     * @param lookUp looks up who has the token
     * @param admission throws a {@link Problem} unless it is somebody, who may make this request
     */
    Requester(
            Token token,
            Operators operators,
            Supplier<Optional<Caller>> lookUp,
            Function<Optional<Caller>, Caller> admission) {
        this.token = Optional.of(token);
        this.operators = operators;
        this.lookUp = lookUp;
        this.admission = admission;
    }

    /** Whoever makes the request of this context. */
    public static Requester of(SecurityContext security) {
        return security.getUserPrincipal() instanceof Requester requester ? requester : ANONYMOUS;
    }

    /**
     * Whoever makes the request of this context, with a token.
     *
     * @throws Problem 401 if there is none
     */
    public static Requester required(SecurityContext security) {
        var requester = of(security);
        if (requester.token.isEmpty()) {
            throw Caller.notSignedIn();
        }
        return requester;
    }

    /** What {@code live_session.token_hash} is compared with; equals none if there is no token. */
    public byte[] tokenHash() {
        return token.map(Token::hash).orElse(NO_TOKEN);
    }

    /**
     * Maps a row after it has noted who it is, each time anew: a transaction that is retried may find the session ended. From the columns
     * {@code caller_id}, {@code caller_scopes} and {@code caller_email}, its {@code operator_email}, of {@code live_session}, all null if it knows no such token. The
     * mapper throws a {@link Problem}: 401 if there is a token, and it is not known; 403 if it does not allow the request.
     */
    public <T> Mapper<T> identifying(Mapper<T> mapper) {
        return row -> {
            identify(row);
            return mapper.map(row);
        };
    }

    private void identify(ResultSet row) throws SQLException {
        if (token.isPresent()) {
            var found = caller(row, token.get(), operators);
            operators.update(token.get(), found);
            caller = Optional.of(admission.apply(found));
        }
    }

    static Optional<Caller> caller(ResultSet row, Token token, Operators operators) throws SQLException {
        var user = row.getObject("caller_id", UUID.class);
        if (user == null) {
            return Optional.empty();
        }
        var scopes = Optional.ofNullable(row.getString("caller_scopes")).map(AccessTokens::scopes);
        return Optional.of(new Caller(
                user, token, scopes, scopes.isEmpty() && operators.include(user, row.getString("caller_email"))));
    }

    /** Whether there is no token. */
    boolean anonymous() {
        return token.isEmpty();
    }

    /** Who it is, if that has been looked up. */
    Optional<Caller> known() {
        return caller;
    }

    /** Who it is; empty if there is no token. */
    Optional<Caller> caller() {
        if (token.isPresent() && caller.isEmpty()) {
            caller = Optional.of(admission.apply(lookUp.get()));
        }
        return caller;
    }

    @Override
    public String getName() {
        return caller().map(Caller::getName).orElse("");
    }
}
