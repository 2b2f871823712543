package org.muster.activities;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebAddressTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "https://matrix.to/#/#a:b.org https://matrix.to/#/#a:b.org",
                "HTTPS://Example.ORG https://example.org/",
                "http://example.org:80/a|b?c|d#e|f http://example.org/a|b?c|d#e|f",
                "https:\\\\example.org\\a\\b https://example.org/a/b",
                "https://example.org/a/./b/../c/%2e%2e/ https://example.org/a/",
                "https://example.org:0443?q=é https://example.org/?q=%C3%A9",
                "https://straße.example/ https://xn--strae-oqa.example/",
                "https://bücher.example:8443/ö https://xn--bcher-kva.example:8443/%C3%B6",
                "https://例え。テスト/ https://xn--r8jz45g.xn--zckzah/",
                "https://ＥＸＡＭＰＬＥ.org/ https://example.org/",
                "https://ex%61mple.org/%zz https://example.org/%zz",
                "https://ann:pass|word@example.org/ https://ann:pass%7Cword@example.org/",
                "http://0x7f.1/ http://127.0.0.1/",
                "http://[2001:DB8::1]:8080/ http://[2001:db8::1]:8080/"
            })
    void anAddressIsWrittenAsBrowsersWriteIt(String typed, String stored) {
        assertThat(WebAddress.normalized(typed)).contains(stored);
        assertThat(WebAddress.normalized(stored)).contains(stored);
        assertThat(URI.create(WebAddress.uri(stored.replace("%zz", "zz"))).getHost())
                .isNotEmpty();
    }

    @Test
    void blanksAreEncoded() {
        assertThat(WebAddress.normalized("  https://example.org/a b?c d#e f "))
                .contains("https://example.org/a%20b?c%20d#e%20f");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "ftp://example.org/",
                "example.org",
                "https://",
                "https://ex ample.org/",
                "https://a<b.org/",
                "https://example.org:99999/",
                "https://example.org:8a/",
                "https://256.1.1.1/",
                "https://[::1/",
                "https://%00.org/"
            })
    void whatNoBrowserOpensOnTheWebIsRefused(String typed) {
        assertThat(WebAddress.normalized(typed)).isEmpty();
    }

    @Test
    void whatIsNoUriIsEncodedForStricterPrograms() {
        assertThat(WebAddress.uri("https://matrix.to/#/#a:b.org")).isEqualTo("https://matrix.to/#/%23a:b.org");
        assertThat(WebAddress.uri("http://[::1]/a|b[1]?ä")).isEqualTo("http://[::1]/a%7Cb%5B1%5D?%C3%A4");
    }
}
