package dev.messagecontact.registration;

import dev.messagecontact.outcome.Answer;
import java.util.ArrayList;
import java.util.List;

/**
 * What came of a batch, durable in the database.
 *
 * @param answers to the requests that are settled, in their order
 * @param deferred the requests that are not, because somebody else has locked their directories; in their order
 */
public record Settlement(List<Answer> answers, List<Request> deferred) {

    /** This one and what came after it. */
    Settlement then(Settlement next) {
        return new Settlement(joined(answers, next.answers), joined(deferred, next.deferred));
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> joined = new ArrayList<>(first);
        joined.addAll(second);
        return joined;
    }
}
