package org.muster.users;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.muster.settings.Password;

/** The commonest passwords, which are the first that an attacker tries: {@code common-passwords.txt}. */
final class CommonPasswords {
    private static final Set<String> LIST = read();

    private CommonPasswords() {}

    private static Set<String> read() {
        try (var lines = new BufferedReader(new InputStreamReader(
                CommonPasswords.class.getResourceAsStream("common-passwords.txt"), StandardCharsets.UTF_8))) {
            return lines.lines().filter(line -> !line.startsWith("#")).collect(Collectors.toUnmodifiableSet());
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    /** Whether it is one of them, in any case. */
    static boolean include(Password password) {
        return LIST.contains(Passwords.normalized(password.value()).toLowerCase(Locale.ROOT));
    }
}
