package org.muster.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "db.example.org | db.example.org:5432",
                "db.example.org:6000 | db.example.org:6000",
                "a:1,b:2 | a:1,b:2",
                "a, b:2 | a:5432,b:2",
                "::1 | [::1]:5432",
                "[::1]:6000 | [::1]:6000",
                "10.0.0.7 | 10.0.0.7:5432",
            })
    void hostsAreParsedWithOptionalPorts(String text, String address) {
        assertThat(Hosts.valid(text)).isTrue();
        assertThat(Hosts.of(text, 5432)).hasToString(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "a,,b", "a:0", "a:99999", "a:b", "a b", "a/b", "a?b=c", "a&b", "user@a:1:2"})
    void invalidHostsAreRefused(String text) {
        assertThat(Hosts.valid(text)).isFalse();
    }
}
