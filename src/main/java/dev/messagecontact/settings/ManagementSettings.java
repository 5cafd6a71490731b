package dev.messagecontact.settings;

/**
 * Where metrics and health are served.
 *
 * @param port 0 for any free one
 * @param console whether the console page is served too
 */
public record ManagementSettings(String host, int port, boolean console) {}
