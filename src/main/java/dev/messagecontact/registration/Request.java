package dev.messagecontact.registration;

import dev.messagecontact.command.Envelope;
import dev.messagecontact.directory.Position;
import dev.messagecontact.validation.Checked;

/**
 * One record of a batch, decoded and checked; what is left to decide depends on its directory.
 *
 * @param answeredBefore whether it stands before its partition's published offset: its answer is told again
 */
public record Request(Envelope envelope, Position position, boolean answeredBefore, Checked checked) {}
