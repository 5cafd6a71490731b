package dev.messagecontact.settings;

/**
 * The limits of one command.
 *
 * @param maxBytes the longest value that is read
 * @param maxDepth how deep objects and arrays may be nested
 */
public record CommandSettings(int maxBytes, int maxDepth) {}
