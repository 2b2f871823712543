package org.muster.queue;

import java.util.List;
import java.util.UUID;

/** The primary key of an activity. */
record ActivityKey(UUID group, UUID activity) {
    static String[] groups(List<ActivityKey> activities) {
        return activities.stream().map(key -> key.group().toString()).toArray(String[]::new);
    }

    static String[] ids(List<ActivityKey> activities) {
        return activities.stream().map(key -> key.activity().toString()).toArray(String[]::new);
    }
}
