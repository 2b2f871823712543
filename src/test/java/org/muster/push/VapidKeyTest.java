package org.muster.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.muster.settings.Password;
import org.muster.settings.Settings;

class VapidKeyTest {
    @Test
    void aRequestIsSignedForThePushServiceItGoesTo() throws Exception {
        var settings = new Settings.Push(
                new Password("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
                URI.create("mailto:ann@example.org"),
                List.of());
        var key = new VapidKey(settings);

        var claims = VapidHeader.claims(key.authorization(URI.create("https://push.example.org:8443/a?b=c")));

        assertThat(claims.getAudience()).containsExactly("https://push.example.org:8443");
        assertThat(claims.getSubject()).isEqualTo("mailto:ann@example.org");
        assertThat(claims.getExpirationTime())
                .isAfter(Instant.now())
                .isBefore(Instant.now().plus(Duration.ofHours(24)));
        assertThat(settings.toString()).doesNotContain("yfWPiYE");
    }
}
