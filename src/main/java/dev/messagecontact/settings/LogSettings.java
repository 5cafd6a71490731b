package dev.messagecontact.settings;

import org.slf4j.event.Level;

/** What is logged, and how it looks. */
public record LogSettings(Level level, LogFormat format) {}
