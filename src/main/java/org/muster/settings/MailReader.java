package org.muster.settings;

import java.util.Optional;
import java.util.regex.Pattern;
import org.muster.json.EnumNames;

/** Reads how mail is sent. */
final class MailReader {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|[0-9A-Fa-f:]+");

    private static final Pattern FROM = Pattern.compile(
            "(?<plain>[^\\s@<>]+@[^\\s@<>]+)|(?<name>[^<>@\"\\p{Cntrl}]*)<(?<address>[^\\s@<>]+@[^\\s@<>]+)>");

    private final Variables variables;

    MailReader(Variables variables) {
        this.variables = variables;
    }

    /** Empty if no mail is sent. */
    Optional<Settings.Mail> read() {
        var host = variables.get("SMTP_HOST");
        var tls = EnumNames.find(Settings.MailTls.class, variables.choice("SMTP_TLS", "starttls", "tls", "none"))
                .orElse(Settings.MailTls.STARTTLS);
        var port = variables.port("SMTP_PORT", tls.port());
        if (host.isEmpty()) {
            return Optional.empty();
        }
        if (!HOST.matcher(host.get()).matches()) {
            // The value is not quoted: it may be a whole URL with a password in it.
            variables.reject("SMTP_HOST is not allowed: it must be a host name or an IP address");
        }
        var from = FROM.matcher(variables.get("MAIL_FROM").orElse(""));
        if (!from.matches()) {
            variables.reject("MAIL_FROM is missing or not allowed: it must be an address such as muster@example.org or"
                    + " Muster <muster@example.org>");
            return Optional.empty();
        }
        var plain = from.group("plain");
        return Optional.of(new Settings.Mail(
                host.get(),
                port,
                tls,
                login(),
                plain == null ? from.group("address") : plain,
                Optional.ofNullable(from.group("name")).map(String::strip).filter(name -> !name.isEmpty())));
    }

    private Optional<Settings.MailLogin> login() {
        var user = variables.verbatim("SMTP_USER");
        var password = variables.verbatim("SMTP_PASSWORD").map(Password::new);
        var secret = variables.get("SMTP_PASSWORD_SECRET");
        if (password.isPresent() && secret.isPresent()) {
            variables.reject("SMTP_PASSWORD_SECRET is not allowed beside SMTP_PASSWORD");
        }
        var known = password.isPresent() || secret.isPresent();
        if (user.isPresent() != known) {
            variables.reject(
                    known
                            ? "SMTP_USER is missing: SMTP_PASSWORD needs it"
                            : "SMTP_PASSWORD is missing: SMTP_USER needs it");
        }
        return user.filter(any -> known).map(name -> new Settings.MailLogin(name, password, secret));
    }
}
