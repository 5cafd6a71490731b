package dev.messagecontact.settings;

/**
 * How much one command may ask of us.
 *
 * @param maxBytes the longest value that is read
 * @param maxDepth how deep objects and arrays may be nested
 */
public record CommandSettings(int maxBytes, int maxDepth) {}
