package dev.messagecontact.directory;

import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.RecordId;
import java.util.List;

/**
 * An answer of the field rules to remember.
 *
 * @param source the record that is refused
 * @param codes why, the first is the answer's
 * @param refusedAt milliseconds since 1970 UTC
 */
public record NewRefusal(RecordId source, List<ErrorCode> codes, long refusedAt) {}
