package dev.messagecontact.directory;

/** Names a contact within its directory; nobody has said yet that there is such a contact. */
public record ContactKey(String directoryId, String contactId) {}
