package org.muster.users;

import java.util.regex.Pattern;
import org.muster.http.JsonInput;
import org.muster.settings.Password;

/** The account to create. */
public record NewUser(String email, Password password, User.Profile profile) {
    private static final int MAX_EMAIL = 254;
    /** None that separate addresses, or an address from a name, nor any that nobody sees. */
    private static final String CHARACTERS =
            "[^\\s\\p{Z}\\p{Cf}\\u115F\\u1160\\u2800\\u3164\\uFE00-\\uFE0F\\uFFA0@<>()\\[\\]\\\\,;:\"";

    private static final Pattern EMAIL =
            Pattern.compile("%1$s]{1,64}+@%1$s.]++(?:\\.%1$s.]++)*+".formatted(CHARACTERS));

    /** Reads the account, and leaves other fields to the caller, who ends the input. */
    public static NewUser of(JsonInput input) {
        var email = email(input);
        var password = newPassword(input, "password");
        return new NewUser(email, password, User.Profile.of(input));
    }

    static String email(JsonInput input) {
        var email = input.line("email", 3, MAX_EMAIL);
        // What is too long has been rejected, and is not worth a pattern.
        if (email.length() >= 3 && email.length() <= MAX_EMAIL && !isEmail(email)) {
            input.reject("email", "must be an e-mail address such as ann@example.org");
        }
        return email;
    }

    /** Whether it may be an e-mail address, of at most 254 characters. */
    public static boolean isEmail(String text) {
        return text.length() <= MAX_EMAIL && EMAIL.matcher(text).matches();
    }

    /** Reads a password that is to be the account's. {@link PasswordRules} has further rules. */
    public static Password newPassword(JsonInput input, String field) {
        var password = new Password(input.verbatim(field, PasswordRules.LEAST, 256));
        if (CommonPasswords.include(password)) {
            input.reject(field, "is one of the commonest passwords, which attackers try first; choose another one");
        }
        return password;
    }
}
