package dev.messagecontact.topics;

import java.util.List;

/**
 * How a topic stands.
 *
 * @param remarks what it has, if it was created; what differs, if something does; how long it keeps records, if it is as it
 *     should be; empty if it is missing
 */
public record TopicState(String name, Standing standing, List<String> remarks) {

    public TopicState {
        remarks = List.copyOf(remarks);
    }

    /** Whether the worker can keep its promises with it. */
    public boolean isGood() {
        return standing == Standing.OK || standing == Standing.CREATED;
    }

    /** The ways a topic can stand. */
    public enum Standing {
        CREATED,
        OK,
        DIFFERS,
        MISSING
    }
}
