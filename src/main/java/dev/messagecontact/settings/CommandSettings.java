package dev.messagecontact.settings;

import dev.messagecontact.command.DecoderLimits;

/**
 * The limits of one command.
 *
 * @param maxBytes the longest value that is read
 * @param maxDepth how deep objects and arrays may be nested
 */
public record CommandSettings(int maxBytes, int maxDepth) {

    /** The same, as the decoder takes them. */
    public DecoderLimits limits() {
        return new DecoderLimits(maxBytes, maxDepth);
    }
}
