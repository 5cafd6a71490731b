package dev.messagecontact.intake.start;

/**
 * Why a partition is stopped.
 *
 * @param offset at which
 * @param missing how many offsets are missing or must be skipped; 0 if that is not the reason
 * @param reason one line without personal data
 */
public record Stop(long offset, long missing, String reason) {}
