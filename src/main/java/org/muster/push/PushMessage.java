package org.muster.push;

import static org.muster.json.Provider.JSON;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.muster.database.Sha256;
import org.muster.mail.Wording;
import org.muster.notices.ActivityTime;

/**
 * A message for a push service.
 *
 * @param topic a later message with the same one takes the place of one that has not been delivered
 * @param lifetime after which it is of no use
 */
record PushMessage(PushSubscription subscription, byte[] json, String topic, Duration lifetime) {
    /** RFC 8030 allows 32 characters of base64url. */
    private static final int TOPIC_SIZE = 24;

    /** Words it in the subscription's language. */
    static PushMessage of(PushOutbox.Content content) {
        var activity = content.activity();
        var language = content.subscription().language();
        var path = "/groups/" + activity.group() + "/activities/" + activity.id();
        var json = JSON.createObjectBuilder()
                .add(
                        "title",
                        Wording.in(language)
                                .subject(
                                        content.kind(),
                                        Map.of("activity", activity.plan().title())))
                .add("body", ActivityTime.words(activity, language) + "\n" + content.group())
                .add("tag", activity.id().toString())
                .add("path", path)
                .build();
        return new PushMessage(
                content.subscription(),
                json.toString().getBytes(StandardCharsets.UTF_8),
                topic(activity.id().toString()),
                content.lifetime());
    }

    /** The push service does not learn which activity it is. */
    private static String topic(String activity) {
        return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(Sha256.of(activity), TOPIC_SIZE));
    }
}
