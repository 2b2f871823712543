package org.muster.page;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.muster.mail.MailPreview;
import org.muster.mail.Mailing;
import org.muster.proxies.ClientAddress;

/** Shows, with the database of {@code mvn -Prun} only, and on this machine, the mail that would have been sent. */
@WebServlet("/dev/mail")
public class MailPreviewServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    /** In text that is escaped. */
    private static final Pattern LINK = Pattern.compile("(?m)^https?://\\S+|(?<=: )https?://\\S+");

    @Inject
    private transient Mailing mailing;

    @Inject
    private transient MailPreview preview;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!mailing.previewed() || !ClientAddress.local(request)) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        response.setHeader("Cache-Control", "no-store");
        response.setContentType("text/html");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        var out = response.getWriter();
        out.println("<!DOCTYPE html><html lang=\"en\"><head><title>Mail</title></head><body><h1>Mail</h1>");
        for (var mail : preview.shown()) {
            out.println("<h2>" + escaped(mail.text().subject()) + "</h2><p>To " + escaped(mail.to()) + ", " + mail.at()
                    + "</p><pre>" + LINK.matcher(escaped(mail.text().text())).replaceAll("<a href=\"$0\">$0</a>")
                    + "</pre>");
        }
        out.println("</body></html>");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
