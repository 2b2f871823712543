package org.muster.page;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.muster.groups.GroupKey;

/** The paths of the page's views, as in {@code routes.js}. */
final class PagePaths {
    static final String HOME = "";

    /** Without the slash at their beginning. Fixed segments come first. */
    static final List<String> TEMPLATES = List.of(
            HOME,
            "sign-in",
            "sign-up",
            "forgot-password",
            "reset",
            "verify",
            "groups",
            "groups/new",
            "groups/import",
            "groups/:group",
            "groups/:group/members",
            "groups/:group/invitations",
            "groups/:group/settings",
            "groups/:group/audit",
            "groups/:group/series",
            "groups/:group/series/new",
            "groups/:group/series/:series",
            "groups/:group/activities/new",
            "groups/:group/activities/:activity",
            "groups/:group/activities/:activity/edit",
            "groups/:group/activities/:activity/queue",
            "groups/:group/activities/:activity/attendance",
            "groups/:group/activities/:activity/sheet",
            "invitations",
            "unsubscribe",
            "notifications",
            "me",
            "operate/accounts",
            "operate");

    private static final Map<String, Pattern> VIEWS = TEMPLATES.stream()
            .collect(
                    Collectors.toMap(Function.identity(), PagePaths::pattern, (one, other) -> one, LinkedHashMap::new));

    private static final Pattern GROUP = Pattern.compile("/groups/(?!(?:new|import)/?$)([A-Za-z0-9-]+)/?");
    private static final Pattern ACTIVITY = Pattern.compile("/groups/([0-9a-f-]{36})/activities/([0-9a-f-]{36})/?");

    private PagePaths() {}

    private static Pattern pattern(String template) {
        return Pattern.compile(
                template.isEmpty()
                        ? "/(?:index\\.html/?)?"
                        : "/" + template.replaceAll(":\\w+", "[A-Za-z0-9_-]+") + "/?");
    }

    /** The template of the view that has this path. */
    static Optional<String> template(String path) {
        return VIEWS.entrySet().stream()
                .filter(view -> view.getValue().matcher(path).matches())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The group whose own view this is. */
    static Optional<GroupKey> group(String path) {
        return Optional.of(GROUP.matcher(path)).filter(Matcher::matches).map(found -> GroupKey.valueOf(found.group(1)));
    }

    /** The path of a group's view: by its slug, unless another view has that path or it looks like an id. */
    static String of(String slug, UUID id) {
        var path = "/groups/" + slug;
        return group(path).flatMap(GroupKey::slug).isPresent() ? path : "/groups/" + id;
    }

    /** The path of an activity's view. By the id of its group, whose slug may be hidden. */
    static String of(UUID group, UUID activity) {
        return "/groups/" + group + "/activities/" + activity;
    }

    /** The activity whose own view this is. */
    static Optional<Activity> activity(String path) {
        return Optional.of(ACTIVITY.matcher(path))
                .filter(Matcher::matches)
                .flatMap(found -> GroupKey.valueOf(found.group(1))
                        .id()
                        .flatMap(group -> GroupKey.valueOf(found.group(2)).id().map(id -> new Activity(group, id))));
    }

    /** An activity of a group, by their ids. */
    record Activity(UUID group, UUID id) {}
}
