package dev.messagecontact.registration;

import dev.messagecontact.authorization.Denial;
import java.util.function.Supplier;

/**
 * Hears of the stages of a batch, at their turns. Called by the thread that works on the batch, so it must return at once.
 * After a failure no {@link #ends} follows; the caller that catches it reports what becomes of the batch.
 */
public interface BatchListener {

    /** Hears nothing. */
    BatchListener NONE = new BatchListener() {
        @Override
        public void begins(Stage stage) {}

        @Override
        public void ends(Stage stage) {}
    };

    /** A stage begins, perhaps inside of another. One that is under way already is begun anew. */
    void begins(Stage stage);

    /** What the database answers to a question outside of a batch's transaction; it is heard as {@link Stage#ASK}. */
    default <T> T askFor(Supplier<T> question) {
        begins(Stage.ASK);
        T answer = question.get();
        ends(Stage.ASK);
        return answer;
    }

    /** The same for what only has to be done. */
    default void ask(Runnable work) {
        begins(Stage.ASK);
        work.run();
        ends(Stage.ASK);
    }

    /** A command of a batch that was just settled has no permission, for this reason. */
    default void denied(Denial reason) {}

    /** A stage has ended well, and with it all inside of it. */
    void ends(Stage stage);
}
