package org.muster.calendar;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import org.muster.settings.Environment;
import org.muster.settings.Settings;

/**
 * What the operator has the ids of calendar entries end with: they stay the same whatever address Muster is asked at.
 */
@ApplicationScoped
public class CalendarName {
    private String value;

    @PostConstruct
    void read() {
        value = Settings.of(Environment.ofProcess()).calendarName();
    }

    String value() {
        return value;
    }
}
