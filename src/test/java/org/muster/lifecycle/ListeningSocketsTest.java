package org.muster.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListeningSocketsTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "::1"})
    void findsWhereThisProcessListens(String host) throws IOException {
        assumeTrue(ListeningSockets.known());
        var address = InetAddress.getByName(host);
        try (var socket = new ServerSocket(0, 1, address)) {
            assertThat(ListeningSockets.find()).contains(new InetSocketAddress(address, socket.getLocalPort()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void findsTheLoopbackAddressForAllOfTheMachine(String any) throws IOException {
        assumeTrue(ListeningSockets.known());
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(any))) {
            assertThat(ListeningSockets.find())
                    .contains(new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort()));
        }
    }
}
