package dev.messagecontact.directory;

/** Names a contact within its directory; there need not be such a contact. */
public record ContactKey(String directoryId, String contactId) {}
