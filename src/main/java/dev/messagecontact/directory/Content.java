package dev.messagecontact.directory;

import org.jspecify.annotations.Nullable;

/**
 * What a directory's contact is about, as the hash that is stored of it.
 *
 * @param fingerprint null if it is erased
 */
public record Content(String directoryId, @Nullable Long fingerprint) {}
