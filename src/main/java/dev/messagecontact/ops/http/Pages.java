package dev.messagecontact.ops.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pages for people, beside metrics and health. Several threads call it at once. */
public interface Pages {

    /** No pages. */
    Pages NONE = (path, query) -> null;

    /**
     * The page at a path, or null if there is none.
     *
     * @param query the parameters of the query, decoded; the last one of a name counts
     */
    @Nullable
    Page at(String path, Map<String, String> query);
}
