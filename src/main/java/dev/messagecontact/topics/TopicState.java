package dev.messagecontact.topics;

import java.util.List;

/**
 * How a topic stands.
 *
 * @param remarks what it has, if it was created; else what differs, if something does, another number of partitions than
 *     planned, and how long it keeps records; empty if it is missing
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
