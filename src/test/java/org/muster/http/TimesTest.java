package org.muster.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The formats are those of the JDK, which are written here in another way. */
class TimesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-07-01T00:00:00Z",
                "2026-07-01T18:30:00Z",
                "2026-07-01T18:30:07Z",
                "2026-07-01T18:30:00.5Z",
                "2026-07-01T18:30:10.100Z",
                "2026-07-01T18:30:59.120340Z",
                "2026-07-01T18:30:59.000001Z",
                "2026-07-01T18:30:59.123456789Z",
                "1900-01-01T00:00:00Z"
            })
    void aTimeIsFormattedAsByTheJdk(String text) {
        var instant = Instant.parse(text);
        for (var zone : new String[] {"UTC", "Z", "America/Toronto", "Asia/Kolkata", "Africa/Monrovia", "+01:00"}) {
            var there = instant.atZone(ZoneId.of(zone));
            assertThat(Times.at(instant, ZoneId.of(zone)))
                    .isEqualTo(DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(there));
            LocalDateTime local = there.toLocalDateTime();
            assertThat(Times.local(local)).isEqualTo(DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(local));
        }
    }
}
