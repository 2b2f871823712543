package org.muster.connections;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Set;
import java.util.TimeZone;

/**
 * The time zone of the JVM, which the driver names to the database at each login. A database that does not know the name refuses the
 * login, although Muster does not use the session's time zone. The driver has no option for it.
 */
final class JvmTimeZone {
    private static final Logger LOG = System.getLogger(JvmTimeZone.class.getName());
    private static final Set<String> REFUSED = new HashSet<>();

    private JvmTimeZone() {}

    /**
     * If the database has refused the name of the time zone, gives the JVM another name for a zone with the same rules; UTC if the
     * database knows none of them.
     *
     * @return whether another login may succeed
     */
    static synchronized boolean replaceIfRefused(SQLException refusal) {
        var message = String.valueOf(refusal.getMessage());
        if (!"22023".equals(refusal.getSQLState()) || !message.contains("TimeZone")) {
            return false;
        }
        var name = TimeZone.getDefault().getID();
        if (!message.contains(name)) {
            // Another thread has replaced it.
            return true;
        }
        REFUSED.add(name);
        var other = sameRules(TimeZone.getDefault().toZoneId());
        if (REFUSED.contains(other)) {
            return false;
        }
        LOG.log(Level.WARNING, "The database does not know the JVM''s time zone {0}: using {1}", name, other);
        TimeZone.setDefault(TimeZone.getTimeZone(other));
        return true;
    }

    private static String sameRules(ZoneId zone) {
        return ZoneId.getAvailableZoneIds().stream()
                .filter(name ->
                        !REFUSED.contains(name) && ZoneId.of(name).getRules().equals(zone.getRules()))
                .sorted()
                .findFirst()
                .orElse("UTC");
    }
}
