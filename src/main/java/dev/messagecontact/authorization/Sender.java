package dev.messagecontact.authorization;

/** Who sent a command, as far as its token proves it. */
public sealed interface Sender {

    /** No permission is needed: authorization is off, or the command was decided before. */
    Sender NOT_ASKED = new NotAsked();

    /** Whether the policy has to be asked about this sender. */
    default boolean isProven() {
        return this instanceof Proven;
    }

    /** See {@link #NOT_ASKED}. */
    record NotAsked() implements Sender {}

    /**
     * A valid token names the sender.
     *
     * @param subject a user or a role, such as {@code acs:ram::1234567890123456:user/alice}
     */
    record Proven(String subject) implements Sender {}

    /** There is no valid token. */
    record Unproven(Denial reason) implements Sender {}
}
