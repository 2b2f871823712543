package org.muster.connections;

import java.sql.SQLException;
import java.util.Optional;
import org.muster.credentials.Login;

/**
 * What the database refuses outside the pool. A refused login is not tried again at once, because that might lock the account: another one
 * is searched for.
 */
final class LoginRefusals {
    private final CircuitBreaker breaker;
    private final LoginFallback fallback;
    private volatile Optional<Refusal> last = Optional.empty();

    private record Refusal(Login login, SQLException failure, Deadline end) {
        boolean isOf(Login other) {
            return login.sameAs(other) && !end.passed();
        }

        /** A copy: each caller adds its own trace to what it throws. */
        SQLException again() {
            return new SQLException(failure.getMessage(), SqlState.codeIn(failure), failure);
        }
    }

    LoginRefusals(CircuitBreaker breaker, LoginFallback fallback) {
        this.breaker = breaker;
        this.fallback = fallback;
    }

    /** @throws SQLException if this login was refused a short time ago, or the pool's is: then the monitor tries when it is time */
    void requireNone(Login login) throws SQLException {
        var outage = breaker.outage().filter(known -> known.state() == SqlState.LOGIN_REFUSED);
        if (outage.isPresent()) {
            throw outage.get().refusal();
        }
        var refusal = last.filter(known -> known.isOf(login));
        if (refusal.isPresent()) {
            throw refusal.get().again();
        }
    }

    /** Notes why no connection was opened with this login. */
    void add(Login login, SQLException failure) {
        if (SqlState.of(failure) == SqlState.LOGIN_REFUSED) {
            last = Optional.of(new Refusal(login, failure, Deadline.in(login.refusalInterval())));
            fallback.request();
        }
    }
}
