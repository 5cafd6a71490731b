package dev.messagecontact.fault;

import org.jooq.exception.DataAccessException;

/**
 * A batch failed while a commit on the same database waits for a synchronous standby that does not answer. Such a commit holds
 * its locks until the standby comes or is no longer asked for, so what an operator sees otherwise is a conflict.
 */
public final class StandbyWaitException extends DataAccessException {

    private static final long serialVersionUID = 1L;

    /** @param failure of the batch */
    public StandbyWaitException(DataAccessException failure) {
        super("a commit waits for a synchronous standby that does not answer (synchronous_standby_names)", failure);
    }
}
