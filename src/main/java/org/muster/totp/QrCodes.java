package org.muster.totp;

import io.nayuki.qrcodegen.QrCode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** QR codes, as rows of modules. */
public final class QrCodes {
    private QrCodes() {}

    /** The rows of the QR code of a text, without a margin: {@code 1} is dark. */
    public static List<String> rows(String text) {
        var code = QrCode.encodeText(text, QrCode.Ecc.MEDIUM);
        return IntStream.range(0, code.size)
                .mapToObj(y -> IntStream.range(0, code.size)
                        .mapToObj(x -> code.getModule(x, y) ? "1" : "0")
                        .collect(Collectors.joining()))
                .toList();
    }
}
