package org.muster.idempotency;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Sql;

/** The responses to idempotent requests, in SQL, stored for 24 hours in the transactions of those requests. */
final class StoredResponses {
    private static final String TRY_LOCK = """
            SELECT pg_try_advisory_xact_lock(hashtextextended(encode(?, 'hex'), hashtextextended(?::text, 0))) AS locked
            """;

    private static final String CLAIM = """
            WITH spent AS (
                DELETE FROM idempotency_key
                 WHERE user_id = ? AND created_at < now() - interval '24 hours'
            )
            INSERT INTO idempotency_key (user_id, key_hash, fingerprint)
            VALUES (?, ?, ?)
                ON CONFLICT (user_id, key_hash) DO UPDATE
               SET fingerprint = EXCLUDED.fingerprint, answer = NULL, created_at = now()
             WHERE idempotency_key.created_at < now() - interval '24 hours'
            """;

    private static final String FIND = """
            SELECT fingerprint, answer
              FROM idempotency_key
             WHERE user_id = ? AND key_hash = ?
            """;

    private static final String STORE = """
            UPDATE idempotency_key
               SET answer = ?
             WHERE user_id = ? AND key_hash = ?
            """;

    private final Sql sql;

    StoredResponses(Sql sql) {
        this.sql = sql;
    }

    /** The encrypted response to a request with this fingerprint. */
    record StoredResponse(byte[] fingerprint, byte[] response) {}

    /** Locks the key until the transaction ends; false if another transaction holds the lock. */
    boolean lock(UUID user, byte[] key) {
        return sql.optional(TRY_LOCK, row -> row.getBoolean("locked"), key, user)
                .orElseThrow();
    }

    /** Inserts the key; false if it exists. */
    boolean claim(UUID user, byte[] key, byte[] fingerprint) {
        return sql.update(CLAIM, user, user, key, fingerprint) == 1;
    }

    Optional<StoredResponse> find(UUID user, byte[] key) {
        return sql.optional(FIND, StoredResponses::kept, user, key);
    }

    void store(UUID user, byte[] key, byte[] answer) {
        sql.update(STORE, answer, user, key);
    }

    private static StoredResponse kept(ResultSet row) throws SQLException {
        return new StoredResponse(row.getBytes("fingerprint"), row.getBytes("answer"));
    }
}
