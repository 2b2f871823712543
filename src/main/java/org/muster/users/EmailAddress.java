package org.muster.users;

import java.net.IDN;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;
import java.util.stream.Stream;
import org.muster.http.WebHost;

/** E-mail addresses as they are compared. */
public final class EmailAddress {
    private EmailAddress() {}

    /**
     * What addresses are compared by: without case, with composed letters, and with the domain as browsers send it. Texts that are no
     * addresses have one too.
     */
    public static String key(String address) {
        var composed = composed(lower(address));
        var domain = composed.lastIndexOf('@') + 1;
        if (domain == 0 || composed.codePoints().allMatch(character -> character < 0x80)) {
            return composed;
        }
        return composed.substring(0, domain)
                + WebHost.normalized(composed.substring(domain)).orElse(composed.substring(domain));
    }

    /**
     * The keys by which the account with this address may be found, the best first: earlier versions of Muster stored it in lower case
     * as it had been typed.
     */
    static String[] keys(String address) {
        var key = key(address);
        var domain = key.lastIndexOf('@') + 1;
        var international = key.substring(0, domain) + lower(IDN.toUnicode(key.substring(domain)));
        return Stream.of(lower(address), key, decomposed(key), composed(international), decomposed(international))
                .distinct()
                .toArray(String[]::new);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static String composed(String text) {
        return Normalizer.normalize(text, Form.NFC);
    }

    private static String decomposed(String text) {
        return Normalizer.normalize(text, Form.NFD);
    }
}
