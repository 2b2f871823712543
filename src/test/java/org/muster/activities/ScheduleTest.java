package org.muster.activities;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.muster.http.Zone;

class ScheduleTest {
    @ParameterizedTest
    @CsvSource({
        "2027-01-15T18:00, America/Toronto,     2027-01-15T23:00:00Z", // winter
        "2027-07-15T18:00, America/Toronto,     2027-07-15T22:00:00Z", // summer
        "2027-11-07T01:30, America/Toronto,     2027-11-07T05:30:00Z", // shown twice: the first
        "2027-04-04T01:45, Australia/Lord_Howe, 2027-04-03T14:45:00Z", // shown twice, half an hour apart
        "2027-07-15T18:00, UTC,                 2027-07-15T18:00:00Z",
    })
    void theInstantIsWhatTheWallClockSays(LocalDateTime local, String zone, String instant) {
        var schedule = new Schedule(local, Zone.of(zone), Duration.ofHours(1));

        assertThat(schedule.startsAt()).isEqualTo(instant);
        assertThat(schedule.adjusted()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "2027-03-14T02:30, America/Toronto,     2027-03-14T07:30:00Z", // 03:30 in summer time
        "2027-10-03T02:15, Australia/Lord_Howe, 2027-10-02T15:45:00Z", // 02:45 in summer time
    })
    void aSkippedTimeMovesForwardAndSaysSo(LocalDateTime local, String zone, String instant) {
        var schedule = new Schedule(local, Zone.of(zone), Duration.ofHours(1));

        assertThat(schedule.startsAt()).isEqualTo(instant);
        assertThat(schedule.adjusted()).isTrue();
    }

    @Test
    void theTimeZoneDatabaseHasAVersion() {
        assertThat(Schedule.tzdbVersion()).matches("20\\d\\d[a-z]");
    }
}
