package dev.messagecontact.settings;

/**
 * Where metrics and health are served.
 *
 * @param port 0 for any free one
 */
public record ManagementSettings(String host, int port) {}
