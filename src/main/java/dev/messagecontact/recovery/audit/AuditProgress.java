package dev.messagecontact.recovery.audit;

/** Hears how far an audit is, on the thread that runs it, several times a second. */
@FunctionalInterface
public interface AuditProgress {

    /** Hears nothing. */
    AuditProgress NONE = (step, done, total) -> {};

    /** The steps of an audit, in their order; what each counts. */
    enum Step {
        /** Until the workers have answered what is in range: offsets. */
        WAIT,
        /** Contacts and rejections in the database: rows. */
        ROWS,
        /** Results and errors: offsets. */
        ANSWERS,
        /** Commands: offsets. */
        COMMANDS,
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
