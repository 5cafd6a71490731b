package dev.messagecontact.settings;

import dev.messagecontact.validation.RuleSettings;

/**
 * What makes a contact acceptable.
 *
 * @param limitPerDirectory how many contacts a directory may have that has no limit of its own
 */
public record ContactSettings(int limitPerDirectory, RuleSettings rules) {}
