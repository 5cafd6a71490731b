package dev.messagecontact.recovery.audit;

import java.util.Locale;

/** What can be wrong with the answer to a command, or with what goes along with it. */
public enum HoleKind {
    /** The command was never answered, and nothing is stored for it. */
    COMMAND_WITHOUT_ANSWER("command without answer"),
    /** The command was answered, and again outside of any replay. */
    COMMAND_ANSWERED_TWICE("command answered twice"),
    /** An answer names a place in the command topic where no command stands. */
    ANSWER_WITHOUT_COMMAND("answer without command"),
    /** The answer names a contact or a rejection that is not stored. */
    ANSWER_WITHOUT_ROW("answer without its row"),
    /** A contact or a rejection is stored, and the command's answer does not name it; mostly there is no answer. */
    ROW_WITHOUT_ANSWER("row without its answer"),
    /** A stored contact or rejection names a place in the command topic where no command stands. */
    ROW_WITHOUT_COMMAND("row without command"),
    /** Two contacts or rejections are stored for one command. */
    COMMAND_STORED_TWICE("command stored twice"),
    /** Ids and dates are right, but the stored contact or rejection is not the command's. */
    ROW_DIFFERS("row that differs from its command"),
    /** An id or a date, in an event or a row, is not the one that follows from the command record. */
    WRONG_ID_OR_DATE("wrong id or date"),
    /** The answer is of another kind or code than the command gets. */
    WRONG_ANSWER("wrong answer"),
    /** Kind, ids and dates are right, but the answer is not byte for byte what the command gets. */
    ANSWER_DIFFERS("answer that differs from its command"),
    /** A replayed answer differs from the first one. */
    REPLAY_DIFFERS("replayed answer that differs from the first"),
    /** A contact was not requested to be verified on one of its channels. */
    MISSING_VERIFICATION("missing verification request"),
    /** A verification request that is one too many: sent before, of no contact, or in a replay. */
    SURPLUS_VERIFICATION("surplus verification request"),
    /** Ids and dates are right, but a verification request is not byte for byte that of its contact. */
    VERIFICATION_DIFFERS("verification request that differs from its contact"),
    /** A directory's {@code contact_count} is not the number of its contacts. */
    WRONG_CONTACT_COUNT("wrong contact count"),
    /** The command could not be processed, and is not among the dead letters. */
    MISSING_DEAD_LETTER("missing dead letter"),
    /** A dead letter that is one too many: sent before, or of a command that was processed. */
    SURPLUS_DEAD_LETTER("surplus dead letter"),
    /** A dead letter names a place in the command topic where no command stands. */
    DEAD_LETTER_WITHOUT_RECORD("dead letter without its record"),
    /** A dead letter is not byte for byte the record that could not be processed. */
    DEAD_LETTER_DIFFERS("dead letter that differs from its record");

    private final String words;

    HoleKind(String words) {
        this.words = words;
    }

    /** The kind in words, for people. */
    public String words() {
        return words;
    }

    /** The kind for machines, such as {@code command-without-answer}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
