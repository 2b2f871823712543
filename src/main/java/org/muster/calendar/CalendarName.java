package org.muster.calendar;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import org.muster.settings.Environment;
import org.muster.settings.SettingsReader;

/**
 * The configured suffix of the UIDs of calendar events. It makes UIDs independent of the address that Muster is
 * reached at.
 */
@ApplicationScoped
public class CalendarName {
    private String value;

    @PostConstruct
    void read() {
        value = SettingsReader.read(Environment.ofProcess()).calendarName();
    }

    public String value() {
        return value;
    }
}
