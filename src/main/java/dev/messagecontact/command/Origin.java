package dev.messagecontact.command;

/**
 * Which of the two topics a command comes from. The topics' access lists say who may write to each, so the origin says who
 * wrote the command.
 */
public enum Origin {
    /** The topic of the commands; upstream systems write to it. */
    UPSTREAM,
    /** The topic of the verification outcomes; only the email and SMS senders write to it. */
    SENDERS
}
