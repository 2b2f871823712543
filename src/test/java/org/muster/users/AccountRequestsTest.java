package org.muster.users;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.muster.database.Sql;
import org.muster.database.TestPool;
import org.muster.users.AccountRequests.Kind;

class AccountRequestsTest {
    private final Sql sql = TestPool.shared().sql();
    private final AccountRequests requests = new AccountRequests(sql);

    @BeforeEach
    void clear() {
        sql.update("DELETE FROM account_request");
    }

    @Test
    void whatWasAskedForMoreThanADayAgoIsNotDoneAnyMoreAndForgotten() {
        requests.add(Kind.RESET, "old@example.org");
        sql.update("UPDATE account_request SET created_at = now() - interval '25 hours'");
        requests.add(Kind.RESET, "new@example.org");

        requests.forget();

        assertThat(sql.list("SELECT email_key FROM account_request", row -> row.getString("email_key")))
                .containsExactly("new@example.org");
        sql.update("UPDATE account_request SET created_at = now() - interval '25 hours'");
        assertThat(requests.take()).isEmpty();
    }
}
