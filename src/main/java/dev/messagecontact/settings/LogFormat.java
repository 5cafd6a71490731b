package dev.messagecontact.settings;

/** How a log line looks. */
public enum LogFormat {
    /** Lines for people. */
    TEXT,
    /** One JSON object a line, for machines. */
    JSON
}
