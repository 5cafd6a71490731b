package dev.messagecontact.support;

import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.settings.Settings;
import dev.messagecontact.validation.RuleSettings;
import java.util.Map;

/** What holds where an operator sets nothing. */
public final class Defaults {

    private static final Settings SETTINGS = Settings.read(Map.of(), null);

    public static final DecoderLimits LIMITS = SETTINGS.commands();
    public static final RuleSettings RULES = SETTINGS.contacts().rules();

    private Defaults() {}
}
