package dev.messagecontact.outcome;

/** Where each kind of event goes. */
public record EventTopics(
        String results, String errors, String emailVerifications, String smsVerifications, String deadLetters) {}
