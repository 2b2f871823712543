package org.muster.proxies;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.settings.AddressRange;

class OriginTest {
    private static final String PROXY = "10.0.0.1";
    private static final List<AddressRange> TRUSTED = Stream.of("10.0.0.0/8", "127.0.0.1", "fd00::/8")
            .flatMap(range -> AddressRange.of(range).stream())
            .toList();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "for=192.0.2.60;proto=http;by=203.0.113.43 | 192.0.2.60",
                "For=\"[2001:db8:cafe::17]:4711\" | 2001:db8:cafe:0:0:0:0:17",
                "for=\"192.0.2.43:80\" | 192.0.2.43",
                "for=\"192.0.2.43:_port\" | 192.0.2.43",
                "for=[2001:db8::1] | 2001:db8:0:0:0:0:0:1",
                "for=192.0.2.43, for=198.51.100.17 | 198.51.100.17",
                "for=198.51.100.17, for=10.0.0.2;proto=http | 198.51.100.17",
                "for=198.51.100.17,for=\"[fd00::2]\" , for=10.0.0.2 | 198.51.100.17",
                "proto=https;for=\"198.51.100.17\" | 198.51.100.17",
                ";; for = 6.6.6.6, for=198.51.100.17; | 198.51.100.17",
                "for=\"\\1\\9\\8.51.100.17\" | 198.51.100.17",
                "secret=\"a,b;for=6.6.6.6\";for=198.51.100.17 | 198.51.100.17",
                "secret=\"a\\\",for=6.6.6.6\";for=198.51.100.17 | 198.51.100.17",
                "for=\"6.6.6.6, for=198.51.100.17 | 198.51.100.17",
                "for=\"6.6.6.6\\, for=198.51.100.17 | 198.51.100.17",
                "for=6.6.6.6, for=unknown | 10.0.0.1",
                "for=6.6.6.6, for=_hidden | 10.0.0.1",
                "for=6.6.6.6, for=10.0.0.2, for=_SEVKISEK | 10.0.0.1",
                "for=6.6.6.6, for=_gate, for=10.0.0.2 | 10.0.0.2",
                "for=6.6.6.6, for=198.51.100.17;for=6.6.6.6 | 10.0.0.1",
                "for=6.6.6.6, for=nonsense | 10.0.0.1",
                "for=::ffff:198.51.100.17 | 198.51.100.17",
                "for=010.0.0.2 | 10.0.0.1",
                "proto=https | 10.0.0.1"
            })
    void forwardedIsReadFromTheRight(String header, String expected) {
        assertThat(address(PROXY, "Forwarded", header)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "198.51.100.17 | 198.51.100.17",
                "6.6.6.6, 198.51.100.17 | 198.51.100.17",
                "6.6.6.6, 198.51.100.17, 10.0.0.2 | 198.51.100.17",
                "6.6.6.6,198.51.100.17:4711,fd00::7,[fd00::8]:80 | 198.51.100.17",
                "2001:db8::1 | 2001:db8:0:0:0:0:0:1",
                "6.6.6.6, unknown | 10.0.0.1",
                "6.6.6.6, example.org | 10.0.0.1",
                "6.6.6.6, 1.2.3 | 10.0.0.1",
                "6.6.6.6, 198.51.100.17, | 198.51.100.17",
                "10.0.0.3, 10.0.0.2 | 10.0.0.3"
            })
    void xForwardedForIsReadFromTheRight(String header, String expected) {
        assertThat(address(PROXY, "X-Forwarded-For", header)).isEqualTo(expected);
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(address(PROXY, "X-Forwarded-For", "6.6.6.6", "X-Forwarded-For", "198.51.100.17"))
                .isEqualTo("198.51.100.17");
        assertThat(address(PROXY, "Forwarded", "for=\"6.6.6.6", "Forwarded", "for=198.51.100.17"))
                .isEqualTo("198.51.100.17");
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "11.0.0.1", "fe80:0:0:0:0:0:0:1%eth0", "0:0:0:0:0:0:0:1"})
    void nobodyElseIsBelieved(String peer) {
        var origin =
                origin(peer, "Forwarded", "for=6.6.6.6;proto=https;host=evil.example", "X-Forwarded-For", "6.6.6.6");

        assertThat(origin.address().orElseThrow().getHostAddress()).startsWith(peer.replaceFirst("%.*", ""));
        assertThat(origin.scheme()).isEmpty();
        assertThat(origin.host()).isEmpty();
        assertThat(origin.local()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"https,http | https", "http , https | https", "HTTPS | https", "http | http", "ftp, https | https"
            })
    void oneSchemeOfTheWayIsHttps(String header, String expected) {
        assertThat(origin(PROXY, "X-Forwarded-Proto", header).scheme()).contains(expected);
    }

    @Test
    void theHostIsTheOneOfTheOutermostTrustedProxy() {
        assertThat(origin(PROXY, "X-Forwarded-For", "198.51.100.17", "X-Forwarded-Host", "evil.example, muster.example")
                        .host())
                .contains("muster.example");
        assertThat(origin(
                                PROXY,
                                "Forwarded",
                                "for=6.6.6.6;host=evil.example,"
                                        + " for=198.51.100.17;host=\"muster.example:81\";proto=https,"
                                        + " for=10.0.0.2;host=inner;proto=http")
                        .host())
                .contains("muster.example:81");
    }

    @Test
    void ofTwoHeadersOnlyWhatBothSayIsBelieved() {
        var forged = origin(
                PROXY,
                "X-Forwarded-For",
                "198.51.100.17",
                "X-Forwarded-Proto",
                "https",
                "Forwarded",
                "for=6.6.6.6;host=evil.example;proto=http");

        assertThat(forged.address().orElseThrow().getHostAddress()).isEqualTo(PROXY);
        assertThat(forged.scheme()).contains("https");
        assertThat(forged.host()).isEmpty();
        assertThat(address(PROXY, "X-Forwarded-For", "6.6.6.6, 198.51.100.17", "Forwarded", "for=198.51.100.17"))
                .isEqualTo("198.51.100.17");
    }

    @Test
    void onlyADirectRequestFromThisMachineIsLocal() {
        assertThat(origin("0:0:0:0:0:0:0:1").local()).isTrue();
        assertThat(origin("127.0.0.2").local()).isTrue();
        assertThat(origin("127.0.0.2", "X-Forwarded-Proto", "http").local()).isFalse();
        assertThat(origin("127.0.0.2", "Via", "1.1 squid").local()).isFalse();
        assertThat(origin("127.0.0.1").local()).isFalse();
        assertThat(origin("127.0.0.1", "X-Forwarded-For", "127.0.0.2").local()).isFalse();
        assertThat(origin("192.0.2.1").local()).isFalse();
    }

    @Test
    void theAddressesOfOneIpv6NetworkCountAsOne() throws Exception {
        var one = ClientAddress.of(InetAddress.getByName("2001:db8::1"));
        var other = ClientAddress.of(InetAddress.getByName("2001:db8::ffff:1"));

        assertThat(one.network()).isEqualTo(other.network()).isEqualTo("2001:db8:0:0:0:0:0:0/64");
        assertThat(one.text()).isNotEqualTo(other.text());
        assertThat(ClientAddress.of(InetAddress.getByName("192.0.2.1")).network())
                .isEqualTo("192.0.2.1");
    }

    private static String address(String peer, String... headers) {
        return origin(peer, headers).address().orElseThrow().getHostAddress();
    }

    /** @param headers names and values, alternately */
    private static Origin origin(String peer, String... headers) {
        var list = Arrays.asList(headers);
        return Origin.of(
                peer,
                name -> Stream.iterate(0, i -> i < list.size(), i -> i + 2)
                        .filter(i -> list.get(i).equals(name))
                        .map(i -> list.get(i + 1))
                        .toList(),
                TRUSTED);
    }
}
