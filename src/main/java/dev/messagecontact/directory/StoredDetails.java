package dev.messagecontact.directory;

import dev.messagecontact.validation.Phone;
import dev.messagecontact.verification.Channel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All of a contact that a command about it may ask for.
 *
 * @param isDeleted what the person has told is null then
 * @param name in NFC
 * @param phone null if it has none
 * @param emailVerifiedAt milliseconds since 1970 UTC; null if the address is not verified
 * @param phoneVerifiedAt the same of the number
 * @param fingerprint of its content; null if it is deleted
 * @param resent the channels of the verifications that were asked for again, by id
 */
public record StoredDetails(
        boolean isDeleted,
        @Nullable String name,
        @Nullable String emailAddress,
        @Nullable Phone phone,
        @Nullable Long emailVerifiedAt,
        @Nullable Long phoneVerifiedAt,
        @Nullable Long fingerprint,
        Map<String, Channel> resent) {}
