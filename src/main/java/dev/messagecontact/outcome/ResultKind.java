package dev.messagecontact.outcome;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a result tells: each kind is a CloudEvents type of its own in the topic of the results. */
public enum ResultKind {
    ADDED("messagecontact.added.v1"),
    VERIFICATION_SENT("messagecontact.verification-sent.v1"),
    VERIFIED("messagecontact.verified.v1"),
    DELETED("messagecontact.deleted.v1");

    private final String ceType;

    ResultKind(String ceType) {
        this.ceType = ceType;
    }

    /** The CloudEvents type of the events of this kind. */
    public String ceType() {
        return ceType;
    }

    /** The kind as it is written in labels of metrics and in what commands print. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of events of this type; empty if there is none. */
    public static Optional<ResultKind> ofType(@Nullable String ceType) {
        return Arrays.stream(values())
                .filter(kind -> kind.ceType.equals(ceType))
                .findFirst();
    }
}
