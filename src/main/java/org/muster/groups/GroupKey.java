package org.muster.groups;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.muster.problems.Problem;
import org.muster.users.Requester;

/**
 * What a path names a group by: its id or its slug. A slug that looks like an id is taken for one.
 *
 * @param id empty if the text is none
 * @param slug in the syntax of a slug; empty if the text is none
 */
public record GroupKey(Optional<UUID> id, Optional<String> slug) {
    private static final Pattern ID = Pattern.compile("(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    /** What paths of the API and of the page have in the place of a group. */
    private static final Set<String> RESERVED = Set.of("import", "new");

    /** Whether paths mean something else by this slug, so that no group would be found by it. */
    static boolean isReserved(String slug) {
        return RESERVED.contains(slug) || ID.matcher(slug).matches();
    }

    /** Reads a part of a path. JAX-RS calls it by its name. */
    public static GroupKey valueOf(String text) {
        if (ID.matcher(text).matches()) {
            return new GroupKey(Optional.of(UUID.fromString(text)), Optional.empty());
        }
        return new GroupKey(Optional.empty(), Optional.of(text).filter(Group.Settings::isSlug));
    }

    /**
     * What this group allows whoever makes the request.
     *
     * @throws Problem as {@link Groups#access(UUID, Requester)}
     */
    public GroupAccess access(Groups groups, Requester requester) {
        return id.map(known -> groups.access(known, requester))
                .or(() -> slug.map(known -> groups.access(known, requester)))
                .orElseThrow(() -> Problem.notFound("group"));
    }
}
