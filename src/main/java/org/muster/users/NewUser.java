package org.muster.users;

import java.util.regex.Pattern;
import org.muster.http.JsonInput;
import org.muster.settings.Password;

/** The account to create. */
public record NewUser(String email, Password password, User.Profile profile) {
    private static final Pattern EMAIL = Pattern.compile("[^\\s@]{1,64}@[^\\s@.]+(\\.[^\\s@.]+)*");

    static NewUser of(JsonInput input) {
        var email = input.line("email", 3, 254);
        if (email.length() >= 3 && !EMAIL.matcher(email).matches()) {
            input.reject("email", "must be an e-mail address such as ann@example.org");
        }
        var user = new NewUser(email, newPassword(input, "password"), User.Profile.of(input));
        input.done();
        return user;
    }

    static Password newPassword(JsonInput input, String field) {
        return new Password(input.verbatim(field, 8, 256));
    }
}
