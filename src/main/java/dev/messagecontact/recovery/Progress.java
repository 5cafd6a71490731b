package dev.messagecontact.recovery;

/** Gets the progress of a recovery command, on the thread that runs it, several times a second. */
@FunctionalInterface
public interface Progress {

    /** Ignores it. */
    Progress NONE = (step, done, total) -> {};

    /** What is being read, and what is counted. */
    enum Step {
        /** Until the workers have answered what is in range: offsets. */
        WAIT,
        /** Contacts and rejections in the database: rows. */
        ROWS,
        /** A table in the database: pages. */
        PAGES,
        /** Commands: offsets. */
        COMMANDS,
        /** Results and errors: offsets. */
        ANSWERS,
        /** Verification requests: offsets. */
        VERIFICATIONS,
        /** Dead letters: offsets. */
        DEAD_LETTERS
    }

    /**
     * So much of a step is done.
     *
     * @param total -1 where it is not known
     */
    void at(Step step, long done, long total);
}
