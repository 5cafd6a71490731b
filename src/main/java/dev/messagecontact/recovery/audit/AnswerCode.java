package dev.messagecontact.recovery.audit;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.outcome.ResultKind;
import org.jspecify.annotations.Nullable;

/** How a command was answered, in one byte. */
final class AnswerCode {

    static final byte NONE = 0;
    static final byte ADDED = of(ResultKind.ADDED);
    /** A rejection with a code that we do not know. */
    static final byte UNKNOWN = -1;

    private static final int FIRST_ERROR = 1 + ResultKind.values().length;

    private AnswerCode() {}

    static byte of(ResultKind kind) {
        return (byte) (1 + kind.ordinal());
    }

    static byte of(ErrorCode code) {
        return (byte) (FIRST_ERROR + code.ordinal());
    }

    /** The code of a rejection as it stands in an event or a row. */
    static byte rejected(@Nullable String code) {
        try {
            return code == null ? UNKNOWN : of(ErrorCode.of(code));
        } catch (IllegalArgumentException e) {
            return UNKNOWN;
        }
    }

    /** The code of a rejection; null if it is not a known rejection. */
    static @Nullable ErrorCode error(byte code) {
        return code < FIRST_ERROR ? null : ErrorCode.values()[code - FIRST_ERROR];
    }

    static String words(byte code) {
        ErrorCode error = error(code);
        if (error != null) {
            return error.code();
        }
        if (code > NONE) {
            return ResultKind.values()[code - 1].label().replace('_', ' ');
        }
        return code == NONE ? "nothing" : "an unknown code";
    }
}
